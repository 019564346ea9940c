"""A month at Learnster: one customer, Entra ID with ?aadOptscim062020.

First a small group is tried, because of the accounts that exist; then the whole
company comes in. Managers arrive after those whom they manage, phones as people
write them, tags beside those that the platform has.
"""
import base64
import json
import urllib.parse
import urllib.request

from entra import Entra


def log_in(platform):
    """As Entra does with OAuth client credentials: id and secret in the
    header, and an access token for an hour."""
    client = json.loads(platform.sql("SELECT scim_client('default', 'Entra')"))
    pair = ":".join(urllib.parse.quote(client[name], "")
                    for name in ("client_id", "client_secret"))
    request = urllib.request.Request(
        platform.url + "/oauth/token", b"grant_type=client_credentials",
        {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode(),
         "Content-Type": "application/x-www-form-urlencoded"})
    with urllib.request.urlopen(request, timeout=60) as reply:
        return json.load(reply)["access_token"]


def month(platform):
    check, stock = platform.check, platform.stock
    entra = Entra(platform.url, log_in(platform), flag=True)
    check("Test Connection finds nobody", entra.test_connection(), (200, 0))

    # ---- Week 1: a small group, with people who have accounts

    elin = entra.hire(
        "elin@nord.example", displayName="Elin Nord", givenName="Elin",
        surname="Nord", mail="elin.nord@private.example", jobTitle="Nurse",
        mailNickname="elin", companyName="Nord AB", country="SE",
        physicalDeliveryOfficeName="House 4", streetAddress="Storgatan 1",
        city="Umeå", postalCode="903 26", telephoneNumber="090-12 34 56",
        mobile="+46 70 123 45 67")
    ake = entra.hire("åke.öst@nord.example", displayName="Åke Öst",
                     mailNickname="ake", telephoneNumber="(090) 77")
    boss = entra.hire("boss@nord.example", displayName="Bea Boss",
                      mailNickname="bea", assigned=False)
    elin.manager = boss
    nurses = entra.group("Nurses", elin, ake, boss)
    check("a small group is tried first", str(entra.cycle()), "2 created")
    check("who had an account has it still, in any case of letters", stock(
        "SELECT id, full_name, progress FROM learner ORDER BY id"),
        "11|Elin Nord|40\n12|Åke Öst|80\n13|A teacher|0")
    check("every field is where the guide says", stock("""
        SELECT email, sso, secondary, external_id, given_name, family_name,
               title, office, street, city, postal_code, country, phone,
               company, manager IS NULL, active FROM learner WHERE id = '11'"""),
        "elin@nord.example|elin@nord.example|elin.nord@private.example|elin|"
        "Elin|Nord|Nurse|House 4|Storgatan 1|Umeå|903 26|SE|+46701234567|"
        "Nord AB|1|1")
    check("a phone that is not E.164 is none", stock(
        "SELECT phone IS NULL FROM learner WHERE id = '12'"), "1")
    check("the tag exists, so that the group's has a number", stock("""
        SELECT name, external_id IS NULL, learner_id FROM tag
        LEFT JOIN learner_tag ON tag_id = tag.id ORDER BY tag.id, 3"""),
        "Nurses|1|\nBeginners|1|11\nBeginners|1|13\nNurses (2)|0|11\n"
        "Nurses (2)|0|12")
    check("it is the group that Entra knows", stock(
        f"SELECT count(*) FROM tag WHERE external_id = '{nurses.object_id}'"),
        "1")

    # ---- Week 2: the whole company; the manager comes after the managed

    platform.days(7)
    # An access token is good for an hour.
    entra.client.headers["Authorization"] = "Bearer " + log_in(platform)
    entra.assign(boss)
    staff = [entra.hire(f"staff{number}@nord.example",
                        mailNickname=f"s{number}",
                        displayName=f"Staff {number}")
             for number in range(30)]
    for person in staff:
        person.manager = boss
    night = entra.group("Nurses at night", *staff[:10])
    check("the company comes in", str(entra.cycle()), "31 created")
    check("managers are who they are", stock("""
        SELECT m.full_name, count(*) FROM learner AS l
        JOIN learner AS m ON m.id = l.manager GROUP BY 1"""), "Bea Boss|31")
    check("the next cycle has nothing to do", str(entra.cycle()), "nothing")

    # ---- Week 3: movers, leavers, a rename into a name that is taken

    platform.days(7)
    elin.move(jobTitle="Head nurse", mobile="", city="Luleå",
              telephoneNumber="+46 90 1 11 22 33")
    elin.manager = None
    staff[0].soft_deleted = True
    staff[1].enabled = False
    entra.unassign(staff[2])
    night.name = "Beginners"
    run = entra.cycle()
    check("movers and leavers", str(run), "1 updated 3 disabled")
    check("of several numbers it is the first that is E.164", stock(
        "SELECT phone, title, city, manager IS NULL FROM learner "
        "WHERE id = '11'"), "+46901112233|Head nurse|Luleå|1")
    check("who is disabled keeps the tags", stock(
        "SELECT count(*) FROM learner_tag JOIN learner ON id = learner_id "
        "WHERE active = 0"), "3")
    check("a rename keeps clear of the tag that is there", stock(
        "SELECT name FROM tag ORDER BY id"),
        "Nurses\nBeginners\nNurses (2)\nBeginners (2)")

    # ---- Week 4: off-boarding, a restore, a group that goes

    platform.days(7)
    staff[0].purged = True
    staff[1].enabled = True
    entra.assign(staff[2])
    boss.purged = boss.soft_deleted = True
    nurses.members = [elin]
    night.deleted = True
    check("who is deleted goes, who is back is back", str(entra.cycle()),
          "2 restored 2 deleted")
    check("the server refused nothing all month", stock(
        "SELECT count(*) FROM scim_log WHERE status >= 400"), "0")
    check("maps show no drift", platform.sql(
        "SELECT count(*) FROM scim_map_preview('learner')"), "0")
