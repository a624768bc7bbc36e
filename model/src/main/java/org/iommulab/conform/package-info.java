/**
 * What a real kernel did, done again by the lab: the machine of a capture is built from what its firmware and its buses
 * say, the capture's script is run on the lab's core, and the two are compared step by step. What was recorded is only
 * ever read for the comparison.
 */
@NullMarked
package org.iommulab.conform;

import org.jspecify.annotations.NullMarked;
