/**
 * The kernel log up to this step as dmesg would show it, warnings in the kernel's own form. The text is made from the
 * events; line numbers, offsets and process ids, which a model has not, are left out.
 */
@NullMarked
package org.iommulab.app.log;

import org.jspecify.annotations.NullMarked;
