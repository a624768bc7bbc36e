package org.iommulab.json;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a sealed interface of records: the field that says which of them a JSON object is. Its values are the records'
 * simple names in lower case with hyphens: {@code RegisterDriver} is {@code register-driver}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Choice {
    /** The field's name. */
    String value();
}
