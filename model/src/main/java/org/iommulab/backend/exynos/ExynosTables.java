package org.iommulab.backend.exynos;

import org.iommulab.bus.Device;
import org.iommulab.core.IommuDevice;
import org.iommulab.core.IommuDomain;

/** What the callbacks ask of the driver's global data: the first SysMMU's format, the zero table, who is who. */
interface ExynosTables {
    /** A new domain in the format of the first SysMMU that was probed (PG_ENT_SHIFT is global). */
    IommuDomain newDomain();

    SysMmuData dataOf(Device sysMmu);

    IommuDevice instanceOf(SysMmuData data);
}
