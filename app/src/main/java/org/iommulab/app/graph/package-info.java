/**
 * The live graph: painters that draw a moment through a {@code Pen}, so that window and exports show the same picture,
 * and the view that moves it. Draws and lets things be chosen; decides nothing.
 */
@NullMarked
package org.iommulab.app.graph;

import org.jspecify.annotations.NullMarked;
