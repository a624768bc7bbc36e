package org.iommulab.core;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Callback;
import org.iommulab.sim.Term;

/**
 * A driver's callbacks: {@code struct iommu_ops} with its default {@code struct iommu_domain_ops}. Immutable; an entry
 * that is not there is the kernel's NULL pointer.
 *
 * @param driver short name, {@code exynos}
 * @param table the kernel's name of the table, {@code exynos_iommu_ops}
 * @param entries what is there
 */
public record OpsTable(String driver, String table, Map<Callback, Entry> entries) {
    public OpsTable {
        entries = Collections.unmodifiableMap(new EnumMap<>(entries));
    }

    /** A callback and the driver's function behind it. */
    public record Entry(Term function, Body body) {}

    /** What a callback does; one shape for each kind of callback. */
    public sealed interface Body {}

    /** capable. */
    @FunctionalInterface
    public non-sealed interface Capable extends Body {
        boolean capable(Device device, Capability capability);
    }

    /** domain_alloc: empty when the driver does not make this type. */
    @FunctionalInterface
    public non-sealed interface DomainAlloc extends Body {
        Optional<IommuDomain> alloc(DomainType type);
    }

    /** domain_alloc_paging: empty when there is no memory; the device is not known where a bus is asked for a domain. */
    @FunctionalInterface
    public non-sealed interface DomainAllocPaging extends Body {
        Optional<IommuDomain> alloc(Optional<Device> device);
    }

    /** domain_alloc_user (v6.7 to v6.12): -EOPNOTSUPP for flags and tables that the driver does not know. */
    @FunctionalInterface
    public non-sealed interface DomainAllocUser extends Body {
        Domains.Made alloc(Device device, int flags, Optional<IommuDomain> parent, Optional<UserTable> table);
    }

    /** cache_invalidate_user, of a nested domain. */
    @FunctionalInterface
    public non-sealed interface CacheInvalidateUser extends Body {
        InvalidatedUser invalidate(IommuDomain domain, List<UserTable.Range> ranges);
    }

    /** domain_alloc_sva (v6.10): a domain that is a process's address space. */
    @FunctionalInterface
    public non-sealed interface DomainAllocSva extends Body {
        Domains.Made alloc(Device device, ProcessTable process);
    }

    /** set_dev_pasid (v6.2): 0 or an errno. */
    @FunctionalInterface
    public non-sealed interface SetDevPasid extends Body {
        long set(IommuDomain domain, Device device, int pasid);
    }

    /** remove_dev_pasid (v6.2): from now on requests with this PASID are refused. */
    @FunctionalInterface
    public non-sealed interface RemoveDevPasid extends Body {
        void remove(Device device, int pasid, IommuDomain domain);
    }

    /** dev_enable_feat, dev_disable_feat (until v6.16): 0 or an errno. */
    @FunctionalInterface
    public non-sealed interface DevFeature extends Body {
        long change(Device device, Feature feature);
    }

    /** hw_info (v6.6): what a program may know of the IOMMU. */
    @FunctionalInterface
    public non-sealed interface HwInfo extends Body {
        HardwareInfo of(Device device);
    }

    /**
     * What hw_info answers.
     *
     * @param type enum iommu_hw_info_type
     * @param words its description, 64 bits each
     */
    public record HardwareInfo(int type, List<Long> words) {
        public HardwareInfo {
            words = List.copyOf(words);
        }
    }

    /** page_response: what a device asked for is there, or is not. */
    @FunctionalInterface
    public non-sealed interface PageResponse extends Body {
        void respond(Device device, PageRequest request, PageRequest.Response response);
    }

    /** {@code enum iommu_dev_features}. */
    public enum Feature {
        SVA,
        IOPF
    }

    /** identity_domain, blocked_domain, default_domain, release_domain: no function, but a pointer at a static domain. */
    @FunctionalInterface
    public non-sealed interface DomainPointer extends Body {
        IommuDomain domain();
    }

    /** pgsize_bitmap: no function, but the page sizes of domains to which the driver does not give their own. */
    public enum Field implements Body {
        PAGE_SIZES
    }

    /** A function that the driver has and the lab has not: the table shows it, and no story gets there. */
    public enum Unbuilt implements Body {
        NOT_IN_THE_LAB
    }

    /** probe_device: 0 and the instance, or an errno. */
    @FunctionalInterface
    public non-sealed interface ProbeDevice extends Body {
        Probed probe(Device device);
    }

    /** release_device, probe_finalize, set_platform_dma_ops. */
    @FunctionalInterface
    public non-sealed interface OnDevice extends Body {
        void on(Device device);
    }

    /** device_group. */
    @FunctionalInterface
    public non-sealed interface DeviceGroup extends Body {
        Group group(Device device);
    }

    /** device_group of a driver that may refuse a device: the group, or an errno. */
    @FunctionalInterface
    public non-sealed interface DeviceGroupOrErrno extends Body {
        Grouped group(Device device);
    }

    /** of_xlate: the numbers behind the pointer at this IOMMU, for one entry of the device. */
    @FunctionalInterface
    public non-sealed interface OfXlate extends Body {
        long xlate(Device device, IommuDevice iommu, List<Integer> cells);
    }

    /** is_attach_deferred. */
    @FunctionalInterface
    public non-sealed interface IsAttachDeferred extends Body {
        boolean deferred(Device device);
    }

    /** def_domain_type: empty is "no preference". */
    @FunctionalInterface
    public non-sealed interface DefDomainType extends Body {
        Optional<DomainType> type(Device device);
    }

    /** get_resv_regions. */
    @FunctionalInterface
    public non-sealed interface GetResvRegions extends Body {
        List<ResvRegion> regions(Device device);
    }

    /** attach_dev: 0 or an errno. */
    @FunctionalInterface
    public non-sealed interface AttachDev extends Body {
        long attach(IommuDomain domain, Device device);
    }

    /** detach_dev. */
    @FunctionalInterface
    public non-sealed interface DetachDev extends Body {
        void detach(IommuDomain domain, Device device);
    }

    /** map: one page-size unit; 0 or an errno. */
    @FunctionalInterface
    public non-sealed interface MapOne extends Body {
        long map(IommuDomain domain, long iova, long physical, long size, int prot);
    }

    /** unmap: one page-size unit; bytes unmapped. */
    @FunctionalInterface
    public non-sealed interface UnmapOne extends Body {
        long unmap(IommuDomain domain, long iova, long size, IotlbGather gather);
    }

    /** map_pages: tells how many bytes it did through the result, besides an errno. */
    @FunctionalInterface
    public non-sealed interface MapPages extends Body {
        Mapped map(IommuDomain domain, long iova, long physical, long pageSize, long count, int prot);
    }

    /** unmap_pages: bytes unmapped. */
    @FunctionalInterface
    public non-sealed interface UnmapPages extends Body {
        long unmap(IommuDomain domain, long iova, long pageSize, long count, IotlbGather gather);
    }

    /** enforce_cache_coherency: whether snooping can be, and from now on is, enforced. */
    @FunctionalInterface
    public non-sealed interface EnforceCacheCoherency extends Body {
        boolean enforce(IommuDomain domain);
    }

    /** enable_nesting: the domain is to be the second of two stages (until v6.13); 0 or an errno. */
    @FunctionalInterface
    public non-sealed interface EnableNesting extends Body {
        long enable(IommuDomain domain);
    }

    /** flush_iotlb_all, free. */
    @FunctionalInterface
    public non-sealed interface OnDomain extends Body {
        void on(IommuDomain domain);
    }

    /** iotlb_sync_map. */
    @FunctionalInterface
    public non-sealed interface IotlbSyncMap extends Body {
        void sync(IommuDomain domain, long iova, long size);
    }

    /** iotlb_sync_map of a driver for which it may fail (v6.7): 0 or an errno. */
    @FunctionalInterface
    public non-sealed interface IotlbSyncMapOrErrno extends Body {
        long sync(IommuDomain domain, long iova, long size);
    }

    /** iotlb_sync. */
    @FunctionalInterface
    public non-sealed interface IotlbSync extends Body {
        void sync(IommuDomain domain, IotlbGather gather);
    }

    /** iova_to_phys: 0 is "not mapped". */
    @FunctionalInterface
    public non-sealed interface IovaToPhys extends Body {
        long translate(IommuDomain domain, long iova);
    }

    /** What can be asked of device_iommu_capable. */
    public enum Capability {
        CACHE_COHERENCY,
        /** A domain can be made to ignore "no snoop" of devices (v6.2). */
        ENFORCE_CACHE_COHERENCY,
        /** Interrupts are remapped, so that no device can send another's (up to v6.2). */
        INTR_REMAP,
        /** Invalidations may be put off, as DMA_FQ wants it (v6.5). */
        DEFERRED_FLUSH
    }

    /** The answer of probe_device. */
    public record Probed(long error, Optional<IommuDevice> iommu) {
        public static Probed ok(IommuDevice iommu) {
            return new Probed(0, Optional.of(iommu));
        }

        public static Probed failed(long error) {
            return new Probed(error, Optional.empty());
        }
    }

    /** The answer of device_group. */
    public record Grouped(long error, Optional<Group> group) {
        public static Grouped ok(Group group) {
            return new Grouped(0, Optional.of(group));
        }

        public static Grouped failed(long error) {
            return new Grouped(error, Optional.empty());
        }
    }

    /** The answer of cache_invalidate_user: an errno, and how many of the ranges were done. */
    public record InvalidatedUser(long error, int done) {}

    /** The answer of map_pages. */
    public record Mapped(long error, long bytes) {}

    /** The same table without one entry. */
    public OpsTable without(Callback callback) {
        var copy = new EnumMap<Callback, Entry>(Callback.class);
        copy.putAll(entries);
        copy.remove(callback);
        return new OpsTable(driver, table, copy);
    }

    /** Begins a table. */
    public static Builder named(String driver, String table) {
        return new Builder(driver, table);
    }

    /** Collects entries. */
    public static final class Builder {
        private final String driver;
        private final String table;
        private final Map<Callback, Entry> entries = new EnumMap<>(Callback.class);

        private Builder(String driver, String table) {
            this.driver = driver;
            this.table = table;
        }

        public Builder with(Callback callback, Term function, Body body) {
            entries.put(callback, new Entry(function, body));
            return this;
        }

        /** A function that the driver has on this kernel, though nothing in the lab can call it there. */
        public Builder withUnbuilt(Callback callback, Term function) {
            return with(callback, function, Unbuilt.NOT_IN_THE_LAB);
        }

        /** A driver that gives page sizes for its domains in the table; which they are, the domains say. */
        public Builder withPageSizes() {
            return with(Callback.PGSIZE_BITMAP, Term.reference("pgsize_bitmap"), Field.PAGE_SIZES);
        }

        public OpsTable build() {
            return new OpsTable(driver, table, entries);
        }
    }
}
