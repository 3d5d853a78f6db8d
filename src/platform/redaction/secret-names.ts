const SECRET =
  /pass(?:word|wd|phrase|code)s?$|(?:^|_)(?:pass|pwd|psw|jwt|otp|totp|pin|bearer|credential)s?$|secret|tokens?$|(?:api|access|private|secret|signing|encryption)_?keys?|authorization|cookie/;
const SECRET_PARAMETER = /^(?:auth|code|key|sig|signature|ticket)$/;
const PERSONAL = /e?mails?(?:_address(?:es)?)?$|(?<!micro|head|ear)phone|mobile|(?:^|_)tel$/;

/** `accessKey`, `Access-Key` and `access_key` are one name. */
const toWords = (name: string): string =>
  name
    .replaceAll(/([a-z\d])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replaceAll(/[^a-z\d]+/g, "_")
    .replace(/^_|_$/g, "");

/** True for the name of something that opens a door. */
export const isSecretName = (name: string): boolean => SECRET.test(toWords(name));

/** True for the name of something that leads to a person. */
export const isPersonalName = (name: string): boolean => PERSONAL.test(toWords(name));

/** True for the name of a parameter of a query or a form, such as `token[]`, whose value may open a door. */
export const isSecretParameter = (name: string): boolean =>
  name.split(/[[\].]+/).some((part) => isSecretName(part) || SECRET_PARAMETER.test(toWords(part)));
