/** The keys of one user. They have a prefix because the legacy may use the same server. */
export interface InstanceKeys {
  readonly state: string;
  readonly history: string;
  readonly lock: string;
  readonly fence: string;
}

export const toKeys = (prefix: string, userId: string): InstanceKeys => ({
  state: `${prefix}pam:state:${userId}`,
  history: `${prefix}pam:hist:${userId}`,
  lock: `${prefix}pam:turn:${userId}`,
  fence: `${prefix}pam:fence:${userId}`,
});
