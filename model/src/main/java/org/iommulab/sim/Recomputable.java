package org.iommulab.sim;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A cache or the bookkeeping of a run; not state of the machine. Only such a field may change without the journal: the
 * machine behaves alike, step for step, when it is forgotten. On a type, all its fields are of that kind. The
 * architecture tests look for it.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.FIELD, ElementType.TYPE})
public @interface Recomputable {}
