"""A month at Bob's Business: the council, with Entra ID in its first dialect.

A few people on demand first, with a token that may do no more than it needs;
then everybody. Whoever existed is matched, not doubled; the new get one mail.
"""
from entra import Entra

LATEST = """SELECT created, updated, deactivated, deleted, failed, users,
  groups, reviews FROM scim_status WHERE tenant = 'council'"""


def send_mails(platform):
    """The platform's mailer: what is in the outbox goes, once."""
    with platform.connection(False) as base:
        base.execute("BEGIN IMMEDIATE")
        jobs = base.execute("""
            UPDATE scim_outbox SET tries = tries + 1,
                   claimed = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),
                   done = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
             WHERE done IS NULL RETURNING job, tenant, id, kind""").fetchall()
        for job, tenant, person, kind in jobs:
            base.execute("""
                INSERT INTO mail_sent SELECT ?, (SELECT key FROM scim_link
                  WHERE map = 'employee' AND tenant = ? AND id = ?), ?""",
                         (job, tenant, person, kind))
        base.execute("COMMIT")
    return len(jobs)


def month(platform):
    check, stock = platform.check, platform.stock

    # ---- Permissions

    reader = Entra(platform.url, platform.token(
        "council", "a script", scopes="users:read"))
    check("a token that may read passes Test Connection",
          reader.test_connection(), (200, 0))
    reader.hire("nobody@council.example")
    run = reader.cycle()
    check("and makes nobody", f"{run} {run.statuses()}", "1 failed [403]")
    check("the reply names what is missing", "users:write" in run.failed[0][2],
          True)
    entra = Entra(platform.url, platform.token(
        "council", "Entra ID",
        scopes="users:read users:write groups:read groups:write"))

    # ---- On demand: a few people, and a group with up to five members

    def hire(name, **more):
        upn = name.lower().replace(" ", ".") + "@council.example"
        return entra.hire(upn, **{"mail": upn, "displayName": name, **more})

    hill = hire("P Hill", displayName="Pat Hill", department="Roads")
    quinn = hire("Quinn Moss")
    new = hire("Nia New")
    hill.attributes["userPrincipalName"] = "P.Hill@council.example"
    pilots = entra.group("Pilots", hill, quinn, new)
    check("on demand, two who exist and one who is new",
          str(entra.on_demand(hill, quinn, new, group=pilots)), "3 created")
    check("by UPN and by mail, in any case of letters", stock("""
        SELECT e.id, e.name, e.score, l.how FROM employee AS e
        JOIN scim_link AS l ON l.map = 'employee' AND l.key = e.id
        ORDER BY e.id"""),
        "1|Pat Hill|70|upn\n2|Quinn Moss|80|mail\n7|Nia New|0|created")
    check("all three are in the cohort", stock(
        "SELECT employee_id FROM cohort_employee ORDER BY 1"), "1\n2\n7")
    check("who is new is invited, and nobody else", stock("""
        SELECT kind, event, payload ->> 'userName' FROM scim_outbox"""),
        "invite|created|nia.new@council.example")
    check("the mail goes", send_mails(platform), 1)

    # ---- Everybody, and one who is there twice

    platform.days(3)
    ray = hire("Ray Lane")
    staff = [hire(f"Staff {number}", department="Parks")
             for number in range(20)]
    check("the whole council comes", str(entra.cycle()), "21 created")
    check("which of the two is Ray waits for a person", stock(
        "SELECT map, candidates FROM scim_review"), "employee|[3,4]")
    check("and scim_status says so", stock(LATEST), "21|0|0|0|0|24|1|1")
    check("it is Ray with the score", platform.sql("""
        SELECT scim_review(review, 'link', 4) IS NULL FROM scim_review""")
        .startswith("Error"), False)
    check("who is now one person", stock(
        "SELECT id, mail, upn IS NULL, score FROM employee "
        "WHERE mail LIKE 'ray%' OR upn LIKE 'ray%' ORDER BY id"),
        "3|ray.lane@council.example|1|10\n4|ray.lane@council.example|0|95")
    check("new people are invited, those who were there are not",
          send_mails(platform), 20)
    check("by hand, somebody who was there", platform.sql(f"""
        INSERT INTO scim_outbox (tenant, id, kind)
        VALUES ('council', '{quinn.id}', 'invite')"""), "")
    check("is invited once", send_mails(platform), 1)

    # ---- Movers, leavers, restores, a manager who comes later

    platform.days(7)
    hill.manager = quinn
    staff[0].move(department="Roads")
    staff[1].move(userPrincipalName="married@council.example",
                  mail="married@council.example", displayName="Mary Married")
    for person in staff[2:5]:
        person.soft_deleted = True
    check("movers and leavers", str(entra.cycle()), "2 updated 3 disabled")
    platform.days(2)
    staff[2].soft_deleted = False
    check("one is restored", str(entra.cycle()), "1 restored")
    check("and gets no second mail", send_mails(platform), 0)
    check("the cycle that was last", stock(LATEST), "0|1|0|0|0|24|1|0")

    # ---- An old token, a mistake in the mapping, a purge

    platform.days(7)
    platform.sql("""UPDATE scim_token SET revoked = '2026-01-01'
                     WHERE label = 'Entra ID'""")
    check("with a token that was revoked nothing goes",
          entra.test_connection()[0], 401)
    old = entra
    entra = Entra(platform.url, platform.token("council", "Entra ID, new"))
    entra.people, entra.groups = old.people, old.groups
    entra.assigned = old.assigned
    for person in staff[3:5]:
        person.purged = True
    staff[5].move(mail="not an address \x07")
    run = entra.cycle()
    check("with a new one it goes on", str(run), "1 updated 2 deleted")
    clash = hire("Clash", mail="clash@council.example")
    clash.attributes["userPrincipalName"] = "STAFF.7@council.example"
    entra.match = ("externalId",)
    run = entra.cycle()
    check("a UPN that is somebody else's is refused, with the reason",
          f"{run.statuses()} {run.failed[0][2]}",
          "[409] the value of 'userName' is that of another User")
    check("scim_status counts it, and says what it is about", stock(
        "SELECT failed, failures ->> '$[0].cause' FROM scim_status "
        "WHERE tenant = 'council'"), "1|uniqueness")
    check("a cycle on demand of one person", str(
        entra.on_demand(staff[8])), "nothing")
