/**
 * Stories as data: the JSON form of a scenario, its reader with good errors, the runner that plays it on a machine, and
 * the expectations that it carries. A scenario is data from somebody else: no code, no network, bounded.
 */
@NullMarked
package org.iommulab.scenario;

import org.jspecify.annotations.NullMarked;
