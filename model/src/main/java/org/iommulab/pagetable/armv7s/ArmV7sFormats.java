package org.iommulab.pagetable.armv7s;

import java.util.EnumSet;
import java.util.List;
import org.iommulab.pagetable.golden.Formats;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.TimedFormat;

/** ARM's short descriptors, and MediaTek's dialect of them. */
public final class ArmV7sFormats implements Formats {
    @Override
    public List<GoldenFormat> golden() {
        return List.of(new ArmV7sGolden("arm-v7s"), new ArmV7sGolden("arm-v7s-mtk"));
    }

    @Override
    public List<TimedFormat> timed() {
        var wide = EnumSet.of(ArmV7sQuirk.NO_PERMS, ArmV7sQuirk.ARM_MTK_EXT);
        return List.of(
                new ArmV7sTimed("arm-v7s", "32-32", new ArmV7sConfig(32, 32, EnumSet.noneOf(ArmV7sQuirk.class), true)),
                new ArmV7sTimed("arm-v7s-mtk", "34-35", new ArmV7sConfig(34, 35, wide, false)));
    }
}
