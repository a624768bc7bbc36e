package org.iommulab.user.iommufd;

import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.core.DevIommu;
import org.iommulab.core.Group;
import org.iommulab.core.OpsTable.Capability;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * {@code struct iommufd_device}: a device that was bound to an open /dev/iommu, which owns its DMA from then on
 * (drivers/iommu/iommufd/device.c). Who calls these functions is the driver that the device is bound to.
 */
public final class IommufdDevice extends IommufdObject {
    static final String FILE = "drivers/iommu/iommufd/device.c";

    private static final Term BIND = Term.of("iommufd_device_bind", FILE, Operand.OBJECT, Operand.NONE, Operand.ERRNO);
    private static final Term UNBIND = Term.function("iommufd_device_unbind", FILE);
    private static final Term DESTROY = Term.function("iommufd_device_destroy", FILE);
    private static final Term INSECURE = LogText.of(
            "<4>MSI interrupts are not secure, they cannot be isolated by the platform. Check that platform features"
                    + " like interrupt remapping are enabled. Use the \"allow_unsafe_interrupts\" module parameter to"
                    + " override");

    private final Device device;
    private final IommufdGroup group;
    private final FlagCell enforcesCoherency;

    private IommufdDevice(IommufdCtx ctx, Device device, IommufdGroup group) {
        super(ctx);
        this.device = device;
        this.group = group;
        this.enforcesCoherency = new FlagCell(this, Lane.USER, Term.flag("enforce_cache_coherency"));
    }

    /** What bind answers: the device, or a negative errno. */
    public record Bound(long error, Optional<IommufdDevice> device) {}

    /**
     * iommufd_device_bind: -EINVAL where the IOMMU is not coherent, -ENODEV without a group, -EPERM where interrupts are not
     * isolated, and what iommu_device_claim_dma_owner says.
     */
    public static Bound bind(IommufdCtx ctx, Device device) {
        var made = new IommufdDevice[1];
        long error = ctx.machine().call(Lane.USER, BIND, ctx, device.id(), 0, () -> {
            if (!isCapable(device, Capability.CACHE_COHERENCY)) {
                return Errno.EINVAL.negative();
            }
            Optional<Group> group = Group.of(device);
            if (group.isEmpty()) {
                return Errno.ENODEV.negative();
            }
            IommufdGroup own = ctx.groupOf(group.get());
            long refused = claim(ctx, device, group.get());
            if (refused != 0) {
                ctx.put(own);
                return refused;
            }
            made[0] = new IommufdDevice(ctx, device, own);
            ctx.hold();
            made[0].enforcesCoherency.set(isCapable(device, Capability.ENFORCE_CACHE_COHERENCY));
            made[0].users().add(1);
            return 0;
        });
        return new Bound(error, Optional.ofNullable(made[0]));
    }

    private static long claim(IommufdCtx ctx, Device device, Group group) {
        Kernel kernel = ctx.module().kernel();
        if (!ctx.module().core().msi().isIsolated(group)) {
            if (!ctx.module().allowsUnsafeInterrupts()) {
                return Errno.EPERM.negative();
            }
            kernel.log().line(INSECURE, device, 0, 0);
        }
        return ctx.module().core().ownership().claimDevice(device, ctx);
    }

    static boolean isCapable(Device device, Capability capability) {
        return DevIommu.find(device)
                .flatMap(data -> data.instance().get())
                .filter(instance -> instance.ops().capable(device, capability))
                .isPresent();
    }

    /** iommufd_device_unbind: the group goes back to the core's default when this was its last device here. */
    public void unbind() {
        machine().run(Lane.USER, UNBIND, device, ctx().id(), 0, () -> ctx().destroyUser(this));
    }

    @Override
    void destroy() {
        machine().run(Lane.USER, DESTROY, this, device.id(), 0, () -> {
            ctx().module().core().ownership().releaseDevice(device);
            ctx().put(group);
            ctx().letGo();
        });
    }

    @Override
    public String label() {
        return "iommufd device " + number();
    }

    /** iommufd_device_attach to an IOAS or a HWPT of this number. */
    public long attach(int number) {
        return new PtAttach(this).attach(number);
    }

    /** iommufd_device_replace. */
    public long replace(int number) {
        return new PtAttach(this).replace(number);
    }

    /** iommufd_device_detach: the group is blocked when this was its last attached device. */
    public void detach() {
        new PtAttach(this).detach();
    }

    public Device device() {
        return device;
    }

    IommufdGroup group() {
        return group;
    }

    /** Whether domains for this device can ignore "no snoop". */
    FlagCell enforcesCoherency() {
        return enforcesCoherency;
    }
}
