/**
 * The rules watched, each with the step since which it is broken.
 */
@NullMarked
package org.iommulab.app.rules;

import org.jspecify.annotations.NullMarked;
