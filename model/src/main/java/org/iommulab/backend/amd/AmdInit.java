package org.iommulab.backend.amd;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.backend.Site;
import org.iommulab.bus.InitFunction;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Term;

/**
 * amd_iommu_init: from the IVRS to units that translate (drivers/iommu/amd/init.c). Where interrupts are remapped the
 * units are enabled long before PCI is there; the lab does everything here, in the same order.
 */
final class AmdInit extends InitFunction {
    static final String NAME = "amd-iommu";
    private static final String FILE = "drivers/iommu/amd/init.c";
    private static final Term INIT = Term.function("amd_iommu_init", FILE);
    private static final Term EARLY_INIT = Term.function("early_amd_iommu_init", FILE);
    private static final Term EARLY_ENABLE = Term.function("early_enable_iommu", FILE);
    private static final Term INIT_PCI = Term.function("iommu_init_pci", FILE);
    private static final Term OPEN_TABLE = Term.function("init_device_table_dma", FILE);
    private static final Term INIT_IRQ = Term.function("iommu_init_irq", FILE);
    private static final Term GLOBAL_FEATURES = LogText.of("<6>AMD-Vi: Using global IVHD EFR:0x%x, EFR2:0x0");
    private static final Term FOUND = LogText.of("<6>AMD-Vi: Found IOMMU cap 0x%x");
    private static final Term GUEST_TABLES = LogText.of("<6>AMD-Vi: V2 page table enabled");
    private static final Term GUEST_TABLES_LEVELS =
            LogText.of("<6>AMD-Vi: V2 page table enabled (Paging mode : 4 level)");
    /** Where the capability is in the configuration space of the units of today's processors. */
    private static final int CAPABILITY = 0x40;

    private static final Term REMAPPING = LogText.of("<6>AMD-Vi: Interrupt remapping enabled");
    private static final Term STRICT = LogText.of("<6>AMD-Vi: Using strict mode due to virtualization");

    private static final List<String> FEATURES =
            List.of("PreF", "PPR", "X2APIC", "NX", "GT", "[5]", "IA", "GA", "HE", "PC");

    private final Kernel kernel;
    private final Site site;
    private final AmdSegment segment;
    private final AmdOptions options;
    private final AmdDriver driver;
    private final AmdEvents events;
    private final AmdCopiedTable before;

    AmdInit(Site site, AmdSegment segment, AmdReserved reserved) {
        super(site.kernel().machine(), NAME, INIT);
        this.kernel = site.kernel();
        this.site = site;
        this.segment = segment;
        this.options = new AmdOptions(kernel);
        this.driver = new AmdDriver(site, segment, reserved, options);
        this.events = new AmdEvents(site, segment);
        this.before = new AmdCopiedTable(site, segment, driver.ids());
    }

    AmdDriver driver() {
        return driver;
    }

    private List<AmdInstance> iommus() {
        return segment.iommus();
    }

    @Override
    public long run() {
        site.bus().pciSettings().foundIvrs(); // or else this would not run
        options.announce();
        if (options.off()) {
            return Errno.EINVAL.negative();
        }
        kernel.driverRun(EARLY_INIT, this, this::earlyInit);
        if (before.takeOver()) {
            iommus().forEach(this::takeOver);
        } else {
            iommus().forEach(iommu -> kernel.driverRun(EARLY_ENABLE, iommu.device(), () -> enable(iommu)));
        }
        initPci();
        for (AmdInstance iommu : iommus()) {
            kernel.driverRun(INIT_IRQ, iommu.device(), () -> {
                iommu.wired().irq().connect(() -> events.handle(iommu));
                iommu.enable(AmdLayout.EVENT_INT_EN);
            });
        }
        return 0;
    }

    private void earlyInit() {
        segment.allocate();
        for (AmdInstance iommu : iommus()) {
            iommu.commands().allocate();
            if (!kernel.since(Version.V6_12)) {
                iommu.allocateEventBuffer();
            }
            if (before.isOnForNothing(iommu)) {
                disable(iommu);
                before.sayNotKdump(iommu);
            }
        }
        long common = iommus().stream().mapToLong(AmdInstance::features).reduce(-1, (a, b) -> a & b);
        kernel.log().line(GLOBAL_FEATURES, kernel, common, 0);
        options.check(common);
        if (!kernel.isKdump()) {
            iommus().forEach(AmdInit::disable);
        }
    }

    /** iommu_disable. */
    private static void disable(AmdInstance iommu) {
        iommu.disable(AmdLayout.CMD_BUF_EN);
        iommu.disable(AmdLayout.EVENT_INT_EN);
        iommu.disable(AmdLayout.EVENT_LOG_EN);
        iommu.disable(AmdLayout.GA_LOG_EN);
        iommu.disable(AmdLayout.GA_INT_EN);
        iommu.disable(AmdLayout.IOMMU_EN);
    }

    /** The other half of early_enable_iommus: the unit is never off. */
    private void takeOver(AmdInstance iommu) {
        iommu.disable(AmdLayout.CMD_BUF_EN);
        iommu.disable(AmdLayout.EVENT_LOG_EN);
        iommu.registers().write64(AmdLayout.CMD_BUF, iommu.commands().ring());
        iommu.commands().reset();
        iommu.enable(AmdLayout.CMD_BUF_EN);
        if (kernel.since(Version.V6_12)) {
            iommu.allocateEventBuffer();
        }
        enableEventBuffer(iommu);
        iommu.registers().write64(AmdLayout.DEV_TABLE, segment.base());
        flushAll(iommu);
    }

    private void enable(AmdInstance iommu) {
        disable(iommu);
        initFlags(iommu);
        iommu.registers().write64(AmdLayout.DEV_TABLE, segment.base());
        iommu.registers().write64(AmdLayout.CMD_BUF, iommu.commands().ring());
        iommu.disable(AmdLayout.CMD_BUF_EN);
        iommu.commands().reset();
        iommu.enable(AmdLayout.CMD_BUF_EN);
        if (!kernel.since(Version.V6_12)) {
            enableEventBuffer(iommu);
        } else {
            enableGuestTables(iommu);
        }
        iommu.enable(AmdLayout.IOMMU_EN);
        flushAll(iommu);
        if (kernel.since(Version.V6_12)) {
            // after the unit is on; how much later is unverified
            iommu.allocateEventBuffer();
            enableEventBuffer(iommu);
        }
    }

    /** iommu_init_flags, with none of the IVHD's flags set. */
    private static void initFlags(AmdInstance iommu) {
        iommu.disable(AmdLayout.HT_TUN_EN);
        iommu.disable(AmdLayout.PASS_PW);
        iommu.disable(AmdLayout.RES_PASS_PW);
        iommu.disable(AmdLayout.ISOC);
        iommu.enable(AmdLayout.COHERENT);
        iommu.setInvalidationTimeout(AmdLayout.INV_TIMEOUT_1S);
    }

    private static void enableEventBuffer(AmdInstance iommu) {
        iommu.registers().write64(AmdLayout.EVT_BUF, iommu.eventBuffer() | AmdLayout.LENGTH_512);
        iommu.registers().write32(AmdLayout.EVT_HEAD, 0);
        iommu.registers().write32(AmdLayout.EVT_TAIL, 0);
        iommu.enable(AmdLayout.EVENT_LOG_EN);
    }

    private static void enableGuestTables(AmdInstance iommu) {
        if ((iommu.features() & AmdLayout.FEATURE_GT) != 0) {
            iommu.enable(AmdLayout.GT_EN);
        }
    }

    private void flushAll(AmdInstance iommu) {
        iommu.commands().flushAll(iommu.features(), segment.lastId());
    }

    /**
     * amd_iommu_init_pci: the core is told of the units, and attaches every device there is, before the entries of all
     * other ids begin to refuse.
     */
    private void initPci() {
        for (AmdInstance iommu : iommus()) {
            kernel.driverCall(INIT_PCI, iommu.device(), () -> {
                if (!kernel.since(Version.V6_12)) {
                    enableGuestTables(iommu);
                }
                iommu.registered().set(true);
                if (iommu.wired().keepsAbsence()) {
                    kernel.log().line(STRICT, kernel, 0, 0);
                    site.core().setDmaStrict();
                }
                return site.core()
                        .probing()
                        .register(driver.instanceOf(iommu), site.bus().devices().toList());
            });
        }
        kernel.driverRun(OPEN_TABLE, this, segment::open);
        iommus().forEach(this::flushAll);
        print();
    }

    /** print_iommu_info. 6.12 no longer tells of the capability; since which release is unverified. */
    private void print() {
        printUnits();
        if (options.remapsInterrupts()
                && iommus().stream().allMatch(i -> i.wired().interrupts())) {
            site.core().msi().setRemapped(true);
            kernel.log().line(REMAPPING, kernel, 0, 0);
        }
        if (options.guestTables()) {
            kernel.log().line(kernel.since(Version.V6_4) ? GUEST_TABLES_LEVELS : GUEST_TABLES, kernel, 0, 0);
        }
    }

    private void printUnits() {
        for (AmdInstance iommu : iommus()) {
            if (!kernel.since(Version.V6_7)) {
                kernel.log().line(FOUND, iommu.device(), CAPABILITY, 0);
                printFeatures(iommu.features());
            }
        }
        if (kernel.since(Version.V6_7)) {
            printFeatures(iommus().getFirst().features());
        }
    }

    private void printFeatures(long features) {
        var names = new ArrayList<String>();
        for (int bit = 0; bit < FEATURES.size(); bit++) {
            if ((features >>> bit & 1) != 0) {
                names.add(FEATURES.get(bit));
            }
        }
        Term line = LogText.of("<6>AMD-Vi: Extended features (0x%x, 0x0): " + String.join(" ", names));
        kernel.log().line(line, kernel, features, 0);
    }
}
