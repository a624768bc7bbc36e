package org.iommulab.core;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Term;

/**
 * A group's {@code type} file: which default domain it has, and another one for it (drivers/iommu/iommu.c:
 * iommu_group_show_type, iommu_group_store_type).
 */
public final class DefaultDomainType {
    private static final Term STORE = Term.function("iommu_group_store_type", "drivers/iommu/iommu.c");
    private static final Term SEVERAL =
            LogText.of("<3>iommu: Cannot change default domain: Group has more than one device");
    private static final Term BOUND = LogText.of("<3>iommu: Device is still bound to driver");
    private static final Map<String, Optional<DomainType>> WORDS = Map.of(
            "identity", Optional.of(DomainType.IDENTITY),
            "DMA", Optional.of(DomainType.DMA),
            "DMA-FQ", Optional.of(DomainType.DMA_FQ),
            "auto", Optional.empty());

    private final Kernel kernel;
    private final DmaCookies cookies;
    private final Changing changing;

    DefaultDomainType(Kernel kernel, DmaCookies cookies, Changing changing) {
        this.kernel = kernel;
        this.cookies = cookies;
        this.changing = changing;
    }

    /** How a kernel gives a group another default domain; which type, empty for "auto". */
    interface Changing {
        long change(Group group, Optional<DomainType> type);
    }

    /** The words that can be written. */
    public static List<String> words() {
        return WORDS.keySet().stream().sorted().toList();
    }

    /** iommu_group_show_type: the default domain's type, which need not be what is attached. */
    public static String word(Group group) {
        return group.defaultDomain().get().map(domain -> domain.type().sysfs()).orElse("unknown");
    }

    /** iommu_group_store_type: 0 or a negative errno; the kernel's own function returns the number of bytes for 0. */
    public long store(Group group, String word) {
        return kernel.call(STORE, group, () -> {
            Optional<DomainType> type = WORDS.getOrDefault(word, Optional.empty());
            if (group.defaultDomain().isNull() || !WORDS.containsKey(word)) {
                return Errno.EINVAL.negative();
            }
            return kernel.since(Version.V6_4) ? changeUnowned(group, type) : changeUnbound(group, type);
        });
    }

    // v6.4: the lock of the device is not taken any more, so it is the owner's count that is asked
    private long changeUnowned(Group group, Optional<DomainType> type) {
        boolean lazier = becomesLazy(group, type);
        long error = group.mutex().with(() -> {
            if (lazier) {
                return startFlushQueue(group);
            }
            return group.devices().isEmpty() || group.ownerCount().isSet()
                    ? Errno.EPERM.negative()
                    : change(group, type);
        });
        if (error == 0 && !lazier && !kernel.has(Behaviour.CORE_SETS_UP_DMA)) {
            group.devices().toList().forEach(Probing::finalizeProbe);
        }
        return error;
    }

    private long change(Group group, Optional<DomainType> type) {
        long error = changing.change(group, type);
        if (error == 0 && kernel.has(Behaviour.CORE_SETS_UP_DMA)) {
            group.devices().toList().forEach(cookies::setUpDma);
        }
        return error;
    }

    private long startFlushQueue(Group group) {
        group.defaultDomain().require().becomeLazy(cookies);
        return 0;
    }

    private long changeUnbound(Group group, Optional<DomainType> type) {
        if (group.devices().size() != 1) {
            kernel.log().line(SEVERAL, group, 0, 0);
            return Errno.EINVAL.negative();
        }
        Device device = first(group);
        if (!device.driver().isNull() && !becomesLazy(group, type)) {
            kernel.log().line(BOUND, group, 0, 0);
            return Errno.EBUSY.negative();
        }
        IommuDomain before = group.defaultDomain().require();
        long error = group.mutex().with(() -> changing.change(group, type));
        if (error == 0 && !group.defaultDomain().is(before)) {
            Probing.finalizeProbe(device);
        }
        return error;
    }

    private static boolean becomesLazy(Group group, Optional<DomainType> type) {
        return type.filter(t -> t == DomainType.DMA_FQ).isPresent()
                && group.defaultDomain().require().type() == DomainType.DMA;
    }

    private static Device first(Group group) {
        return group.devices().toList().getFirst();
    }
}
