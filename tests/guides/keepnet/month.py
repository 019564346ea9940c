"""A month at Keepnet: three companies at one URL.

acme provisions everybody, globex only who is assigned (both Entra ID, one with
and one without the flag), hooli has Okta. The same people work for two of them.
"""
from entra import Entra
from okta import Okta


def month(platform):
    check, stock = platform.check, platform.stock
    acme = Entra(platform.url, platform.token("acme", "Entra ID"),
                 everybody=True)
    globex = Entra(platform.url, platform.token("globex", "Entra ID"),
                   flag=True)
    hooli = Okta(platform.url, platform.token("hooli", "Okta"))
    check("all three reach the same URL", (
        acme.test_connection(), globex.test_connection(),
        hooli.test_connection()), ((200, 0), (200, 0), (200, 200)))
    check("who was put in by hand is shown to them, before they make anybody",
          platform.sql("SELECT scim_map_adopt('target')"), "2")

    # ---- Week 1: everybody, and the assigned

    def person(entra, name, **more):
        return entra.hire(f"{name}@shared.example", displayName=name.title(),
                          mail=f"{name}@shared.example", **more)

    names = [f"user{number}" for number in range(20)]
    of_acme = [person(acme, name, preferredLanguage="de") for name in names]
    acme_sam = person(acme, "sam", mobile="+44 20 7946 0000")
    globex_sam = person(globex, "sam")
    of_globex = [person(globex, name, assigned=number < 5)
                 for number, name in enumerate(names)]
    acme.group("Everyone", *of_acme)
    globex.group("Everyone", *of_globex, globex_sam)
    check("acme provisions everybody", str(acme.cycle()), "21 created")
    check("globex those who are assigned", str(globex.cycle()),
          "5 created 1 linked 1 updated")
    check("the same person is one of each company", stock(
        "SELECT company, full_name, phone, status FROM target "
        "WHERE email = 'sam@shared.example' ORDER BY 1"),
        "acme|Sam|+442079460000|Active\nglobex|Sam||Active")
    check("who was put in by hand is the same target", stock(
        "SELECT uuid, count(*) FROM target JOIN click ON target = uuid"),
        "00000000-0000-4000-8000-000000000001|1")
    check("each company has its own group of one name", stock(
        "SELECT company, name, count(*) FROM target_group "
        "JOIN target_group_target ON target_group = id GROUP BY 1 ORDER BY 1"),
        "acme|Everyone|20\nglobex|Everyone|6")

    # ---- Okta, which acts at once

    tia = {"login": "tia@hooli.example", "email": "tia@hooli.example",
           "firstName": "Tia", "lastName": "T", "displayName": "Tia T"}
    uwe = {"login": "uwe@hooli.example", "email": "uwe@hooli.example",
           "firstName": "Uwe", "lastName": "U", "displayName": "Uwe U"}
    check("Okta assigns two", (hooli.assign(tia), hooli.assign(uwe)),
          (200, 201))
    check("one of whom was there", stock(
        "SELECT full_name, status FROM target WHERE company = 'hooli' "
        "ORDER BY 1"), "Tia T|Active\nUwe U|Active")
    check("a group is pushed, with its members", (
        hooli.push("Staff"), hooli.change("Staff", add=[
            "tia@hooli.example", "uwe@hooli.example"])), (201, 200))
    uwe["displayName"] = "Uwe Udo"
    check("a new name comes by PUT", hooli.update(uwe), 200)
    check("who leaves is deactivated", hooli.unassign(uwe).status, 200)
    check("and inactive on the platform", stock(
        "SELECT full_name, status FROM target WHERE email LIKE 'uwe%'"),
        "Uwe Udo|Inactive")
    check("who comes back is found and is who they were", (
        hooli.assign(uwe), stock(
            "SELECT count(*), min(status) FROM target "
            "WHERE email LIKE 'uwe%'")), (200, "1|Active"))
    check("'Push now' sends the whole list", hooli.push_now(
        "Staff", ["uwe@hooli.example"]), 200)
    check("a group gets another name", hooli.rename("Staff", "Crew"), 200)

    # ---- Week 2: nobody sees anybody else's

    platform.days(7)
    of_acme[0].move(preferredLanguage="")
    check("a language that is cleared in Entra is cleared in the directory", (
        str(acme.cycle()), stock("SELECT count(*) FROM scim_resource WHERE "
                                 "doc ->> '$.preferredLanguage' = 'de'")),
        ("1 updated", "19"))
    check("a company finds only its own people", (
        len(globex.client.find("/Users", "userName", "user9@shared.example")),
        len(acme.client.find("/Users", "userName", "user9@shared.example"))),
        (0, 1))
    reply = [globex.client.send(method, f"/Users/{acme_sam.id}", body).status
             for method, body in (
                 ("GET", None), ("DELETE", None),
                 ("PUT", {"schemas": [], "userName": "x"}),
                 ("PATCH", {"Operations": [{"op": "Replace", "path": "active",
                                            "value": "False"}]}))]
    check("and reaches no other one's by their id", reply, [404] * 4)
    reply = globex.client.send(
        "PATCH", f"/Groups/{globex.groups[0].id}", {"Operations": [
            {"op": "Add", "path": "members", "value": [
                {"value": acme_sam.id}]}]})
    check("a member of another company becomes nobody's", stock(
        "SELECT company, count(*) FROM target_group_target "
        "JOIN target_group ON id = target_group GROUP BY 1 ORDER BY 1"),
        "acme|20\nglobex|6\nhooli|1")

    # ---- Week 3: the whole scope of one company goes; the others go on

    platform.days(7)
    acme.everybody, acme.assigned = False, set()
    run = acme.cycle()
    check("acme loses a fifth at most", str(run), "4 disabled 17 failed")
    globex.unassign(*of_globex[:5])
    globex_sam.move(displayName="Samuel")
    check("globex has no breaker, and what it wants is done",
          str(globex.cycle()), "1 updated 5 disabled")
    check("one alert, of one company", stock(
        "SELECT tenant, held FROM scim_alert"), "acme|17")
    check("scim_status tells of it", stock(
        "SELECT tenant, alerts FROM scim_status WHERE alerts > 0"), "acme|1")
    acme.everybody = True
    check("acme puts it right", str(acme.cycle()), "4 restored")

    # ---- Week 4: a company that does not pay, and one that goes

    platform.days(7)
    platform.sql("UPDATE scim_tenant SET enabled = 0 WHERE name = 'globex'")
    check("who is switched off is told so", globex.test_connection()[0], 403)
    check("the others go on", (acme.test_connection()[0],
                               hooli.test_connection()[0]), (200, 200))
    platform.sql("UPDATE scim_tenant SET enabled = 1 WHERE name = 'globex'")
    globex.assign(*of_globex[:2])
    check("and is let in again", str(globex.cycle()), "2 restored")
    while platform.sql("SELECT scim_tenant_remove('hooli', 5)") != "0":
        pass
    check("of who has gone the directory keeps nothing", stock(
        "SELECT (SELECT count(*) FROM scim_resource WHERE tenant = 'hooli'), "
        "(SELECT count(*) FROM scim_token WHERE tenant = 'hooli'), "
        "(SELECT count(*) FROM scim_tenant WHERE name = 'hooli')"), "0|0|0")
    check("and lets nobody in", hooli.test_connection()[0], 401)
