/**
 * The window itself: tool bar, columns, status bar, the table of actions, the palette, and what is remembered between
 * sessions. It puts the views together and is the only one that knows them all; it decides nothing about the machine.
 */
@NullMarked
package org.iommulab.app.window;

import org.jspecify.annotations.NullMarked;
