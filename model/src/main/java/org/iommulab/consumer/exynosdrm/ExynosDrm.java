package org.iommulab.consumer.exynosdrm;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.core.Attaching;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.dma.ArmDmaGlue;
import org.iommulab.dma.ArmMapping;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * The DRM master: binds its components and moves each to one shared domain (drivers/gpu/drm/exynos/exynos_drm_drv.c,
 * exynos_drm_dma.c; drivers/base/component.c; v6.1).
 */
public final class ExynosDrm extends Driver {
    private static final String DMA_C = "drivers/gpu/drm/exynos/exynos_drm_dma.c";
    private static final String DRV_C = "drivers/gpu/drm/exynos/exynos_drm_drv.c";
    private static final long WINDOW_BASE = 0x2000_0000L;
    private static final long WINDOW_SIZE = 0x4000_0000L;
    private static final Term BIND = Term.function("exynos_drm_bind", DRV_C);
    private static final Term UNBIND = Term.function("exynos_drm_unbind", DRV_C);
    private static final Term REGISTER_DMA = Term.function("exynos_drm_register_dma", DMA_C);
    private static final Term UNREGISTER_DMA = Term.function("exynos_drm_unregister_dma", DMA_C);
    private static final Term CLEANUP_DMA = Term.function("exynos_drm_cleanup_dma", DMA_C);
    private static final Term ATTACH = Term.function("drm_iommu_attach_device", DMA_C);
    private static final Term DETACH = Term.function("drm_iommu_detach_device", DMA_C);
    private static final Term USING = LogText.of("<6>[drm] Exynos DRM: using %o device for DMA mapping operations");
    private static final Term LACKS = LogText.of("<3>Device %o lacks support for IOMMU");
    private static final Term ADEV_FAILED = LogText.of("<6>adev bind failed: %d");

    private final Kernel kernel;
    private final Attaching attaching;
    private final Optional<ArmDmaGlue> arm;
    private final Device master;
    private final List<Device> order;
    private final Map<Device, Component> components;
    private final RefList<Device> ready;
    private final RefCell<Device> dmaDevice;
    private final RefCell<SimObject> mapping;
    private final FlagCell waiting;
    private final FlagCell bound;

    /** What the master keeps for one component. */
    private static final class Component extends SimObject {
        private final Device device;
        private final boolean ignoresErrors;
        private final RefCell<ArmMapping> saved;
        private final FlagCell bound;
        private final Term boundLine;
        private final Term failedLine;

        Component(Device device) {
            super(device.machine());
            this.device = device;
            // fimd, decon, mixer and g2d pass the error on; rotator, fimc, gsc and scaler do not look at it
            this.ignoresErrors = !List.of("fimd", "decon", "mixer", "g2d").contains(device.type());
            this.saved = new RefCell<>(this, Lane.DRIVER, Term.reference("dma_priv"), ArmMapping.class);
            this.bound = new FlagCell(this, Lane.DRIVER, Term.flag("bound"));
            String ops = " (ops " + device.type() + "_component_ops)";
            this.boundLine = LogText.of("<6>bound %o" + ops);
            this.failedLine = LogText.of("<3>failed to bind %o" + ops + ": %d");
        }

        @Override
        public String label() {
            return device.label() + " component";
        }
    }

    /** @param order components in the order of the driver table, which is the order in which they are bound */
    public ExynosDrm(Kernel kernel, Attaching attaching, Optional<ArmDmaGlue> arm, Device master, List<Device> order) {
        super(kernel.machine(), "exynos-drm");
        this.kernel = kernel;
        this.attaching = attaching;
        this.arm = arm;
        this.master = master;
        this.order = List.copyOf(order);
        var made = new LinkedHashMap<Device, Component>();
        order.forEach(device -> made.put(device, new Component(device)));
        this.components = made;
        ready = new RefList<>(this, Device.class);
        dmaDevice = new RefCell<>(this, Lane.DRIVER, Term.reference("dma_dev"), Device.class);
        mapping = new RefCell<>(this, Lane.DRIVER, Term.reference("shared mapping"), SimObject.class);
        waiting = new FlagCell(this, Lane.DRIVER, Term.flag("master waits for components"));
        bound = new FlagCell(this, Lane.DRIVER, Term.flag("bound"));
    }

    @Override
    public boolean matches(Device device) {
        return device == master;
    }

    /** The master's own probe: binds when every component has probed, and then its error is the bind's. */
    @Override
    public long probe(Device device) {
        waiting.setQuietly(true);
        long error = bindIfComplete();
        if (error != 0) {
            waiting.setQuietly(false);
        }
        return error;
    }

    @Override
    public void remove(Device device) {
        waiting.setQuietly(false);
        unbindAll();
    }

    /** component_add: the probe that completes the set runs the bind, and a bind error becomes its error. */
    long addComponent(Device device) {
        ready.add(device);
        long error = waiting.get() ? bindIfComplete() : 0;
        if (error != 0) {
            ready.remove(device);
        }
        return error;
    }

    /** component_del: without one of its components the master cannot stay. */
    void removeComponent(Device device) {
        unbindAll();
        ready.remove(device);
    }

    public boolean isBound() {
        return bound.get();
    }

    /** Who holds a reference to a mapping: the master its shared one, components their saved ones. For rules. */
    public int holds(ArmMapping asked) {
        int holders = mapping.is(asked) ? 1 : 0;
        for (Component component : components.values()) {
            holders += component.saved.is(asked) ? 1 : 0;
        }
        return holders;
    }

    /** Whether a device is moved to the shared domain now. */
    public boolean owns(Device device) {
        return components.containsKey(device) && components.get(device).bound.get();
    }

    private long bindIfComplete() {
        if (bound.get() || !order.stream().allMatch(ready::contains)) {
            return 0;
        }
        return kernel.machine().call(Lane.USER, BIND, master, 0, 0, this::bindAll);
    }

    private long bindAll() {
        for (Device device : order) {
            Component component = component(device);
            long error = bindOne(component);
            if (error != 0) {
                kernel.log().line(component.failedLine, master, device.id(), error);
                unbindInReverse();
                cleanupDma();
                kernel.log().line(ADEV_FAILED, master, error, 0);
                return error;
            }
            kernel.log().line(component.boundLine, master, device.id(), 0);
        }
        bound.set(true);
        return 0;
    }

    private long bindOne(Component component) {
        long error = kernel.driverCall(REGISTER_DMA, component.device, () -> registerDma(component));
        if (error != 0 && !component.ignoresErrors) {
            // the pointer that was saved dies with the component's resources
            component.saved.setNull();
            return error;
        }
        component.bound.setQuietly(true);
        return 0;
    }

    private long registerDma(Component component) {
        Device device = component.device;
        if (dmaDevice.isNull()) {
            dmaDevice.set(device);
            kernel.log().line(USING, kernel, device.id(), 0);
        }
        if (mapping.isNull()) {
            Optional<? extends SimObject> shared = arm.isPresent()
                    ? arm.get().createMapping(device, WINDOW_BASE, WINDOW_SIZE).mapping()
                    : Group.of(device).flatMap(group -> group.domain().get());
            if (shared.isEmpty()) {
                return Errno.ENODEV.negative();
            }
            mapping.set(shared);
        }
        return kernel.driverCall(ATTACH, device, () -> attach(component));
    }

    private long attach(Component component) {
        Device device = component.device;
        if (!dmaDevice.require().dmaOps().same(device.dmaOps())) {
            kernel.log().line(LACKS, device, device.id(), 0);
            return Errno.EINVAL.negative();
        }
        if (arm.isEmpty()) {
            return attaching.attachDevice((IommuDomain) mapping.require(), device);
        }
        component.saved.set(ArmDmaGlue.mappingOf(device));
        if (!component.saved.isNull()) {
            arm.get().detach(device);
        }
        return arm.get().attach(device, (ArmMapping) mapping.require());
    }

    private void unbindAll() {
        if (!bound.get()) {
            return;
        }
        kernel.machine().run(Lane.USER, UNBIND, master, 0, 0, () -> {
            unbindInReverse();
            cleanupDma();
            bound.set(false);
        });
    }

    private void unbindInReverse() {
        for (Device device : order.reversed()) {
            Component component = component(device);
            if (component.bound.get()) {
                kernel.driverRun(
                        UNREGISTER_DMA, device, () -> kernel.driverRun(DETACH, device, () -> detach(component)));
                component.bound.setQuietly(false);
            }
        }
    }

    private Component component(Device device) {
        return Objects.requireNonNull(components.get(device));
    }

    private void detach(Component component) {
        if (arm.isEmpty()) {
            attaching.detachDevice((IommuDomain) mapping.require(), component.device);
            return;
        }
        arm.get().detach(component.device);
        component.saved.get().ifPresent(saved -> arm.get().attach(component.device, saved));
        component.saved.setNull();
    }

    private void cleanupDma() {
        kernel.driverRun(CLEANUP_DMA, master, () -> {
            if (arm.isPresent() && !mapping.isNull()) {
                var shared = (ArmMapping) mapping.require();
                mapping.setNull();
                arm.get().releaseMapping(shared);
            }
            mapping.setNull();
            dmaDevice.setNull();
        });
    }
}
