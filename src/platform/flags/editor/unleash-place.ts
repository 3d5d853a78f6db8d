/** Where in Unleash flags are changed, and where it is told that they were. */
export interface UnleashPlace {
  readonly project: string;
  readonly environment: string;
}

/**
 * Read off a backend token, `project:environment.secret`. One for all projects, or for several, says nothing of one:
 * then it is Unleash's own first project.
 */
export function toPlace(clientToken: string): UnleashPlace {
  const { project = "", environment = "" } =
    /^(?<project>[^:]*):(?<environment>[^.]*)\./u.exec(clientToken)?.groups ?? {};
  return {
    project: /^[\w.~-]+$/u.test(project) ? project : "default",
    environment: environment === "" ? "development" : environment,
  };
}
