/**
 * What a program of user space holds: its open files of VFIO and iommufd, and the objects behind them, as plain data for
 * those who look. It changes nothing and knows neither of the two.
 */
@NullMarked
package org.iommulab.user.held;

import org.jspecify.annotations.NullMarked;
