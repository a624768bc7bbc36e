/**
 * Plain words for what a recording holds: one or two sentences for any step, explanations of the kernel's functions
 * from a resource file, numbers as a person reads them. Reads events only; knows no view and no vendor.
 */
@NullMarked
package org.iommulab.app.words;

import org.jspecify.annotations.NullMarked;
