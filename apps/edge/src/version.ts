/** Version of the endpoint; a test compares it with that of the package. */
export const VERSION = '0.1.0';
