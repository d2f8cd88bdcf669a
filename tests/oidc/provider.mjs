// node provider.mjs MODULE ISSUER CLIENT_ID CLIENT_SECRET REDIRECT_URI
// An OpenID provider that signs in whoever types a name. Says "ready" when it listens.
import { pathToFileURL } from "node:url";

const [, , module, issuer, clientId, clientSecret, redirectUri] = process.argv;
const { Provider } = await import(pathToFileURL(module).href);

const provider = new Provider(issuer, {
  clients: [
    { client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] },
  ],
  claims: { openid: ["sub"], profile: ["name"], email: ["email", "email_verified"] },
  cookies: { keys: ["only for tests"] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      name: `${id} of the provider`,
      email: `${id}@example.org`,
      email_verified: true,
    }),
  }),
});
const { hostname, port } = new URL(issuer);
provider.listen(Number(port), hostname, () => console.log("ready"));
