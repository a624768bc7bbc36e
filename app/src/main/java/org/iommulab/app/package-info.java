/**
 * The program: its entry point. Everything it does lives in a package beneath, one for the command line, one for each
 * view.
 */
@NullMarked
package org.iommulab.app;

import org.jspecify.annotations.NullMarked;
