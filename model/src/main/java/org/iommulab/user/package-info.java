/**
 * The user's side: what a program or an administrator does through files, as far as the lab's kernels answer. No vendor
 * is known here.
 */
@NullMarked
package org.iommulab.user;

import org.jspecify.annotations.NullMarked;
