"""A month at 360Learning: the company firm, with an Okta app of the wizard.

The integration is switched on when the set-up is done. Groups are pushed; whom
people of the company have put in by hand stays, and so does their tree.
"""
from okta import DEFAULT, Okta

CUSTOM = "urn:ietf:params:scim:schemas:extension:360:2.0:User"
MAPPING = DEFAULT + ((CUSTOM + ":badge", "badge"),)


def profile(name, **more):
    first, last = name.split()
    login = f"{first.lower()}@firm.example"
    return {"login": login, "email": login, "firstName": first,
            "lastName": last, "displayName": name, **more}


def mail(platform):
    """The platform's mailer. Returns how many mails it has sent."""
    with platform.connection(False) as base:
        base.execute("BEGIN IMMEDIATE")
        sent = base.execute("""
            UPDATE scim_outbox SET tries = tries + 1, claimed = created,
                   done = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
             WHERE done IS NULL
            RETURNING job, payload ->> '$.userName'""").fetchall()
        base.executemany("INSERT INTO welcome VALUES (?, ?)", sent)
        base.execute("COMMIT")
    return len(sent)


def month(platform):
    check, stock = platform.check, platform.stock

    # ---- Tokens, and the switch

    first = platform.token("firm", "first", idp="okta")
    other = platform.token("firm", "of a report", scopes="read")
    second = platform.token("firm", "second", idp="okta")
    check("of the tokens of an IdP one is active", stock(
        "SELECT label, revoked IS NULL FROM scim_token ORDER BY token"),
        "first|0\nof a report|1\nsecond|1")
    okta = Okta(platform.url, second, MAPPING, wizard=True)
    check("the first one opens nothing any more",
          Okta(platform.url, first).test_connection(), (401, 401))
    check("while the integration is off, 403", okta.test_connection(),
          (403, 403))
    check("it is switched on", platform.sql(
        "UPDATE scim_tenant SET enabled = 1 WHERE name = 'firm'"), "")
    check("and answers", okta.test_connection(), (200, 200))

    # ---- Week 1: joiners

    lea = profile("Lea Lead", title="Team lead", badge="B-1")
    max_ = profile("Max Muster", title="Clerk", badge="B-2")
    kim = profile("Kim Kay")
    check("three people are assigned", [okta.assign(p) for p in
                                        (lea, max_, kim)], [201, 201, 201])
    check("who was there is who she was", stock(
        "SELECT id, job, badge, points FROM user WHERE mail = "
        "'lea@firm.example'"), "1|Team lead|B-1|300")
    check("a mail with a password goes to those who are new",
          mail(platform), 2)
    check("the groups are pushed", (
        okta.push("Clerks"), okta.push_now(
            "Clerks", ["max@firm.example", "kim@firm.example"])), (201, 200))
    check("into the tree of the company", stock(
        "SELECT name, parent FROM team ORDER BY id"),
        "Whole firm|\nTrainers|1\nClerks|1")

    # ---- Week 2: what people do by hand stays

    platform.days(7)
    team = stock("SELECT id FROM team WHERE name = 'Clerks'")
    platform.stock(f"INSERT INTO team_user VALUES ({team}, 2, 'hand')")
    platform.stock(f"INSERT INTO team_user VALUES ({team}, 1, 'hand')")
    platform.stock(f"UPDATE team SET parent = 2, name = 'Our clerks' "
                   f"WHERE id = {team}")
    clerks = okta.ids["Clerks"]
    # As a member of the directory, too: Lea is in, whatever Okta says.
    check("the platform adds a member of its own", platform.sql("""
        SELECT scim_apply('PATCH', '/Groups/' || ?, json_object('Operations',
          json_array(json_object('op', 'add', 'path', 'members', 'value',
            json_array(json_object('value', ?))))),
          '{"tenant": "firm", "source": "manual"}') ->> 'status'""",
        clerks, okta.ids["lea@firm.example"]), "200")
    check("which Okta does not see", len(okta.client.send(
        "GET", "/Groups/" + clerks).body["members"]), 2)
    zoe = profile("Zoe Zink")
    check("an update of the group names its members", (
        okta.assign(zoe), okta.push_now(
            "Clerks", ["kim@firm.example", "zoe@firm.example"])), (201, 200))
    check("and rewrites no others", stock(f"""
        SELECT first_name, added_by FROM team_user JOIN user ON id = "user"
         WHERE team = {team} ORDER BY 1"""),
        "Kim|idp\nLea|hand\nTom|hand\nZoe|idp")
    check("the tree and the name stay as people have them", stock(
        f"SELECT name, parent FROM team WHERE id = {team}"), "Our clerks|2")

    # ---- Week 3: movers, leavers, and too many of them

    platform.days(7)
    max_["title"] = "Head clerk"
    max_["badge"] = "B-9"
    check("a mover", okta.update(max_), 200)
    check("Okta never deletes", [okta.unassign(p).status for p in
                                 (max_, kim)], [200, 200])
    reply = okta.unassign(zoe)
    check("one too many is held, and Okta is told for how long", (
        reply.status, 0 < int(reply.headers["Retry-After"]) <= 3600),
        (503, True))
    check("she learns on", stock(
        "SELECT status FROM user WHERE mail = 'zoe@firm.example'"), "active")
    check("those who left are suspended", stock(
        "SELECT mail FROM user WHERE status = 'suspended' ORDER BY 1"),
        "kim@firm.example\nmax@firm.example")
    platform.days(1)
    check("a day later it goes through", okta.unassign(zoe).status, 200)

    # ---- Week 4: who comes back; a fresh POST, as after an app was made anew

    platform.days(7)
    check("who is assigned again is found", okta.assign(kim), 200)
    reply = okta.client.send("POST", "/Users", {
        **okta.body(max_), "active": True, "groups": [], "password": "x"})
    check("who comes by a fresh POST is the same person",
          (reply.status, reply.body["id"]), (201, okta.ids[max_["login"]]))
    check("nobody is welcomed twice", mail(platform), 1)
    check("the group is deleted, and the team stays", (
        okta.delete("Clerks"),
        stock(f"SELECT count(*) FROM team WHERE id = {team}")), (204, "1"))
    reader = Okta(platform.url, other)
    check("the token of the report may read and no more", (
        reader.test_connection(), reader.assign(profile("No One"))),
        ((200, 200), 403))
