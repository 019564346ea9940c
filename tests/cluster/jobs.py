"""What people and workers of the application do by SQL on a cluster: take jobs of
scim_outbox, and decide reviews; by the statements of shim/rqlite.md,
"Statements of your own". The moment comes along as a parameter, and a statement
that reads first is led by one that writes.
"""

import itertools
import json
import random
import threading
import time

from cluster import Unanswered, moment, now, wait_for
from world import another, documented_sql, exchange, run

JOBS = 60
LAPSE = 600  # seconds after which a job that was taken is another's
CLAIM, DONE = documented_sql("UPDATE scim_outbox SET tries"), documented_sql(
    "UPDATE scim_outbox SET done")


def ask_any(cluster, *statements):
    """One result a statement, of any node that is there. Unanswered: it may have
    been done."""
    node = random.choice([node for node in cluster.nodes if node.runs])
    results = node.request(*statements)
    for result in results:
        if "error" in result:
            raise RuntimeError(result["error"])
    return results


def claim(cluster, lapse=LAPSE):
    """Job and tries; None when there is no more. Without an answer it may be taken
    all the same: nobody does it before its time is over."""
    result, = ask_any(cluster, [CLAIM, now(), moment(time.time() - lapse)])
    rows = result.get("values", [])
    return tuple(rows[0][:2]) if rows else None


def finish(cluster, job, tries):
    """Until it is answered: to say so twice is to say it once. How many rows."""
    result, = wait_for(f"job {job} is done", lambda: ask_any(
        cluster, [DONE, now(), job, tries]))
    return result.get("rows_affected", 0)


class Worker(threading.Thread):
    """Takes jobs until there is none, and calls on_done(number) behind each, by
    which so many are done. answered are those it was told of."""
    count = itertools.count(1)

    def __init__(self, cluster, lapse=LAPSE, on_done=lambda number: None):
        super().__init__()
        self.cluster, self.lapse, self.on_done = cluster, lapse, on_done
        self.answered, self.unanswered, self.failure = [], 0, None
        self.start()

    def run(self):
        try:
            self.work()
        except Exception as error:  # pylint: disable=broad-except
            self.failure = repr(error)

    def work(self):
        while True:
            try:
                taken = claim(self.cluster, self.lapse)
            except Unanswered:
                self.unanswered += 1
                time.sleep(0.05)
                continue
            if not taken:
                return
            self.answered.append(taken)
            finish(self.cluster, *taken)
            self.on_done(next(self.count))


def letters(cluster, what):
    return cluster.leader().rows(
        f"SELECT {what} FROM scim_outbox WHERE kind = 'letter'", level="strong")


def test_jobs(world):
    """Workers take jobs while the leader is killed: each job is done, by one at a
    time; whose time is over comes too late."""
    with another(world, "jobs") as own:
        cluster, checks = own.cluster, own.checks
        server, token = own.servers[0], own.tokens[0]
        run(cluster, "INSERT INTO scim_rule (event, filter, kind) VALUES"
                     " ('created', 'title eq \"to be written to\"', 'letter')")
        for number in range(JOBS):
            exchange(server, token, "POST", "/Users", json.dumps(
                {"userName": f"letter {number}", "title": "to be written to"}))
        checks.equal("each of them has a job", letters(cluster, "count(*)"), [[JOBS]])
        dropped = wait_for("a job is taken", lambda: claim(cluster))
        victim = cluster.leader()
        workers = [Worker(cluster, on_done=lambda number: number == JOBS // 3 and
                          victim.kill()) for _ in range(3)]
        for worker in workers:
            worker.join()
        cluster.start(victim)
        cluster.caught_up(victim)
        told = [taken for worker in workers for taken in worker.answered]
        checks.equal("workers have no errors",
                     [worker.failure for worker in workers], [None] * 3)
        checks.equal(f"no job was given to two ({len(told)} claims answered, "
                     f"{sum(worker.unanswered for worker in workers)} not)",
                     [len({job for job, _ in told}), {tries for _, tries in told}],
                     [len(told), {1}])
        checks.equal("who was told of one has done it", letters(cluster, "count(done)"),
                     [[len(told)]])
        checks.equal("the others wait until their time is over",
                     [letters(cluster, "count(*) FILTER (WHERE claimed IS NULL)"),
                      claim(cluster)], [[[0]], None])
        checks.equal("then they are another's", claim(cluster, -1), (dropped[0], 2))
        checks.equal("the first one is too late, and the second is not",
                     [finish(cluster, *dropped), finish(cluster, dropped[0], 2)], [0, 1])
        late = Worker(cluster, -1)
        late.join()
        checks.equal("in the end all are done, and none was taken in vain", [
            late.failure, letters(cluster, "count(done), count(*), count(DISTINCT id)"),
            letters(cluster, "sum(tries)")],
            [None, [[JOBS, JOBS, JOBS]], [[len(told) + 2 * (JOBS - len(told))]]])
        own.compare("after jobs were taken")


def ask_for_review(world, token, number):
    """Two rows have the address of somebody new; what waits then, and its keys."""
    address = f"twice-{number}@example.com"
    run(world.cluster, "INSERT INTO patron (email) VALUES (?), (?)", address, address)
    person = json.loads(exchange(
        world.servers[0], token, "POST", "/Users", json.dumps(
            {"userName": address, "emails": [{"value": address}]}))[2])["id"]
    (review, keys), = world.cluster.leader().rows(
        "SELECT review, candidates FROM scim_review WHERE map = 'patron'"
        f" AND id = '{person}'", level="strong")
    return person, review, json.loads(keys)


def decide(cluster, review, decision, key=None):
    """Until it is answered. A review that is not there any more has been decided by
    a try that nobody knew of. What it returns, and whether that was so."""
    tries = 0
    while True:
        tries += 1
        try:
            result, = ask_any(cluster, ["SELECT scim_review(?, ?, ?, ?)", review, decision,
                                        key, json.dumps({"now": now()})])
            return result["values"][0][0]
        except Unanswered:
            time.sleep(0.05)
        except RuntimeError as error:
            if tries == 1 or "there is no review" not in str(error):
                raise
            return "decided before"


def test_reviews(world):
    """Who is ambiguous waits for a person, who decides while the leader is killed:
    it is decided once, on all nodes alike."""
    with another(world, "reviews") as own:
        cluster, checks = own.cluster, own.checks
        run(cluster, "CREATE TABLE patron (id INTEGER PRIMARY KEY, email TEXT, login TEXT)")
        run(cluster, "SELECT scim_map('patron', ?, ?)", json.dumps({
            "type": "User", "table": "patron", "key": "id", "match": ["email"],
            "only": "patrons", "columns": {
                "email": {"from": "emails.value"}, "login": {"from": "userName"}}}),
            json.dumps({"now": now()}))
        own.servers[0].command("map", "switch", "patron")
        token = own.servers[0].token("patrons")
        waiting = [ask_for_review(own, token, number) for number in range(9)]
        decisions = ("link", "create", "ignore")
        victim, answers = cluster.leader(), []
        for number, (_, review, keys) in enumerate(waiting):
            decision = decisions[number % 3]
            if number == 4:
                threading.Timer(0, victim.kill).start()
            answers.append(decide(cluster, review, decision,
                                  keys[1] if decision == "link" else None))
        cluster.start(victim)
        cluster.caught_up(victim)
        links = {person: key for person, key in cluster.leader().rows(
            "SELECT id, key FROM scim_link WHERE map = 'patron'", level="strong")}
        checks.equal(f"nine reviews are decided ({answers.count('decided before')} of them "
                     "by a try that was not answered)", cluster.leader().rows(
                         "SELECT count(*) FROM scim_review WHERE map = 'patron'"), [[0]])
        checks.equal("as they were wished: a row that was there, a new one, none", [
            ("link" if links[person] == keys[1] else "ignore" if links[person] is None
             else "create" if links[person] not in keys else links[person])
            for person, _, keys in waiting], [*decisions] * 3)
        checks.equal("whoever was told a key has that row", [
            links[person] for (person, _, _), answer in zip(waiting, answers)
            if answer != "decided before"],
            [answer for answer in answers if answer != "decided before"])
        checks.equal("no row was made twice", cluster.leader().rows(
            "SELECT count(*) FROM patron"), [[2 * 9 + 3]])
        own.compare("after reviews were decided")
        cluster.restart_all()
        own.compare("after the log was played again")
