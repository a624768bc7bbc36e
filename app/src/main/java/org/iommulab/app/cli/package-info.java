/**
 * The command line: one small class for each command, over the same model that the window shows. The only package that
 * prints. What the engine must do for it is said in one interface, so that each command can be tested without it.
 */
@NullMarked
package org.iommulab.app.cli;

import org.jspecify.annotations.NullMarked;
