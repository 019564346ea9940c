"""A month at Learnifier: the customer acme, with Entra ID in its first dialect.

Twelve people are assigned. In the second week an admin takes the group that is
the scope off the app, and Entra disables everybody; in the third a department
really goes.
"""
from entra import DEFAULT, Entra

EXTRA = "urn:learnifier:params:scim:schemas:extension:2.0:User"
MAPPING = DEFAULT + ((EXTRA + ":costCenter", "extensionAttribute1"),
                     (EXTRA + ":hireDate", "employeeHireDate"),
                     (EXTRA + ":shoeSize", "extensionAttribute2"))


def month(platform):
    check, stock = platform.check, platform.stock
    secret = platform.token("acme", "Entra ID")
    wrong = Entra(platform.url, secret + "x")
    check("a secret that was pasted wrong fails Test Connection",
          wrong.test_connection()[0], 401)
    entra = Entra(platform.url, secret, MAPPING)
    check("Test Connection finds nobody, and that is a success",
          entra.test_connection(), (200, 0))

    # ---- Week 1: the first cycles

    def hire(first, last, **more):
        name = f"{first}.{last}".lower()
        return entra.hire(f"{name}@acme.example", givenName=first, surname=last,
                          displayName=f"{first} {last}", mailNickname=name,
                          mail=f"{name}@acme.example", country="SE", **more)

    anna = hire("Anna", "Berg", jobTitle="Engineer",
                extensionAttribute1="CC 7", extensionAttribute2="43",
                employeeHireDate="2026-10-01T00:00:00Z")
    bo = hire("Bo", "Ek")
    others = [hire("Person", f"No{number}") for number in range(1, 11)]
    hire("Not", "Assigned", assigned=False)
    anna.manager = bo
    sales = entra.group("Sales", anna, *others[:3])
    run = entra.cycle()
    check("the first cycle makes those who are assigned", str(run),
          "12 created")
    check("who was invited before keeps the row and what was learned",
          stock("""SELECT id, title, origin, points FROM participant
            JOIN course_result ON participant = id
            WHERE customer = 'acme' ORDER BY id"""),
          "1|Engineer|invited|90\n2||invited|75\n3||invited|60")
    check("nobody else was made than the ten who are new", stock(
        "SELECT origin, count(*) FROM participant WHERE customer = 'acme' "
        "GROUP BY 1 ORDER BY 1"), "entra|10\ninvited|3")
    check("the next cycle has nothing to do", str(entra.cycle()), "nothing")

    # ---- A joiner, a mover, a leaver, a name that changes

    platform.days(5)
    hire("Joy", "New")
    anna.move(jobTitle="Lead", extensionAttribute1="CC 9")
    others[0].move(surname="Married", mail="person.married@acme.example",
                   userPrincipalName="person.married@acme.example")
    others[9].soft_deleted = True
    run = entra.cycle()
    check("a joiner, two movers and a leaver", str(run),
          "1 created 2 updated 1 disabled")
    platform.days(1)
    others[9].soft_deleted = False
    check("the leaver was a mistake and is restored", str(entra.cycle()),
          "1 restored")

    # ---- Week 2: a scope that removes everybody

    platform.days(3)
    scope, entra.assigned = entra.assigned, set()
    run = entra.cycle()
    check("an empty scope takes three people, and the others are held",
          f"{run} {run.statuses()}", "3 disabled 10 failed [503]")
    check("Entra's log says why and what to do", run.failed[0][2],
          "held by the breaker of the tenant: within 1440 minutes 3 users were "
          "deactivated or deleted, and no more than 3 may be, until "
          "scim_release('acme') lets them")
    check("ten people can still log in", stock(
        "SELECT count(*) FROM participant WHERE state = 'active' "
        "AND customer = 'acme' AND id <> 3"), "10")
    check("the platform is told once", stock(
        "SELECT tenant, kind, held FROM scim_alert WHERE until IS NULL"),
        "acme|breaker|10")
    check("who is to be notified reads what to do", stock("""
        SELECT alerts, failed, failures ->> '$[0].cause',
               failures ->> '$[0].do' FROM scim_status
         WHERE tenant = 'acme'"""), "1|10|503|Changes are held, or the "
        "database was busy. Look at scim_alert; what was held comes again.")
    run = entra.cycle()
    check("forty minutes later it is the same", str(run), "10 failed")
    check("and still one alert", stock(
        "SELECT count(*), sum(held) FROM scim_alert"), "1|20")
    newcomer = hire("Meanwhile", "Hired", assigned=False)
    scope.add(newcomer.object_id)
    entra.assigned = scope
    check("with the scope put right the three come back, and others join",
          str(entra.cycle()), "1 created 3 restored")
    check("everybody is there as before", stock(
        "SELECT count(*) FROM participant WHERE state = 'active' "
        "AND customer = 'acme'"), "15")
    check("the team is whole", stock(
        "SELECT count(*) FROM team_participant"), "4")

    # ---- Week 3: people who really go

    platform.days(7)
    entra.unassign(*others[4:9])
    run = entra.cycle()
    check("a department that goes is held as well", str(run),
          "3 disabled 2 failed")
    check("the platform's people let it through", len(platform.sql(
        "SELECT scim_release('acme')")), 24)
    check("the next cycle does what was held", str(entra.cycle()), "2 disabled")
    check("nothing is open any more", stock(
        "SELECT count(*) FROM scim_alert WHERE until IS NULL"), "0")

    # ---- Week 4: deleted for good, and hired again

    platform.days(7)
    sales.members.remove(others[1])
    sales.name = "Sales and More"
    others[4].purged = True
    check("who is purged in Entra is deleted", str(entra.cycle()), "1 deleted")
    platform.days(2)
    back = hire("Person", "No5")
    check("who is hired again is the same person", str(entra.cycle()),
          "1 created")
    check("with the id of before", back.id, others[4].id)
    check("a page of failures for the customer", stock(
        "SELECT status, count(*) FROM scim_log WHERE status >= 400 "
        "GROUP BY 1"), "503|22")
