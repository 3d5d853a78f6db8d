/** A certificate for `localhost` that nobody vouches for, with its key. Of use to nobody but tests. */
export const SELF_SIGNED = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg9XxEcletkvzh5Dcl
sefQO1/cor8+TSjl8SkCsWAKfOihRANCAARfkX/w2foXXUBh1E8VmIwjSXwi75qi
llqGxhUOp2jgcV4Hblo9vZ945JF2pOIFo8Mctfxgf/3wK74LdMI1TrMA
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUWEg5zdB+IL+iE/OkcvEPHh9FgmUwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNDA2MjkzMFoYDzIxMjYxMDMx
MDYyOTMwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARfkX/w2foXXUBh1E8VmIwjSXwi75qillqGxhUOp2jgcV4Hblo9vZ94
5JF2pOIFo8Mctfxgf/3wK74LdMI1TrMAo28wbTAdBgNVHQ4EFgQUuOZpLuGDSlop
5bbHsgQEP/0xkfwwHwYDVR0jBBgwFoAUuOZpLuGDSlop5bbHsgQEP/0xkfwwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDRwAwRAIgPftBf6RB3Sc/o/ZhtenfP9p4dpJ+C8D5VHE6FRETbdECIHbi
IboyanfUsyxokElakAgSL6rggTZFI1FUcDX5Zqyz
-----END CERTIFICATE-----
`,
} as const;
