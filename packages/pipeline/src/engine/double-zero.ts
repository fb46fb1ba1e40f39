/**
 * Zero for a field that will hold fractions, or more than 2^31: V8 has -0 as a double, as it does such numbers.
 *
 * A field that begins as a small integer and becomes a double changes the shape of its object, and all compiled code over
 * objects of that class is thrown away.
 */
export const DOUBLE_ZERO = -0;
