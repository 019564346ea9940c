"""A stock OAuth 2.0 client against scimd: requests-oauthlib, as it comes.

    python oauth_library.py URL CLIENT_ID CLIENT_SECRET

Prints "sentence: what came of it" for each thing that a client does; the shell
script beside this file says what it should be.
"""
import os
import sys

os.environ['OAUTHLIB_INSECURE_TRANSPORT'] = '1'  # http, on the loopback

from oauthlib.oauth2 import BackendApplicationClient, OAuth2Error  # noqa: E402
from requests.auth import HTTPBasicAuth  # noqa: E402
from requests_oauthlib import OAuth2Session  # noqa: E402

URL, ID, SECRET = sys.argv[1:]


def session(scope=None, client_id=ID):
    client = BackendApplicationClient(client_id=client_id, scope=scope)
    return OAuth2Session(client=client)


def say(sentence, what):
    print(f'{sentence}: {what}')


def fetch(oauth, **options):
    """The token, or the code and the words of the error that the library made
    of the answer."""
    try:
        return oauth.fetch_token(token_url=URL + '/oauth/token', **options)
    except OAuth2Error as error:
        return f'{error.error} ({error.description})'


basic = {'auth': HTTPBasicAuth(ID, SECRET)}
body = {'include_client_id': True, 'client_secret': SECRET}

oauth = session()
token = fetch(oauth, **basic)
say('by Basic', f"{token['token_type']} for {token['expires_in']} s, "
                f"{' '.join(token['scope'])}")
made = oauth.post(URL + '/Users', json={'userName': 'ann'})
say('it creates a user', made.status_code)
say('and finds it', oauth.get(made.headers['Location']).json()['userName'])
say('but no group', oauth.get(URL + '/Groups').json()['detail'])

oauth = session()
fetch(oauth, **body)
say('in the body', oauth.get(URL + '/Users').json()['totalResults'])

oauth = session(scope=['users:read'])
say('a part of the scopes', ' '.join(fetch(oauth, **basic)['scope']))
say('which cannot write',
    oauth.delete(URL + '/Users/x').json()['detail'])

say('a wrong secret', fetch(session(), auth=HTTPBasicAuth(ID, SECRET + 'x')))
say('another client', fetch(session(client_id='x'), include_client_id=True,
                            client_secret=SECRET))
say('a scope too many', fetch(session(scope=['groups:read']), **basic))
say('no credentials', fetch(session(), include_client_id=True))
