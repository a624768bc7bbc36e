package org.iommulab.user.iommufd;

import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.iommulab.core.Attaching;
import org.iommulab.core.DeviceFeatures;
import org.iommulab.core.Group;
import org.iommulab.core.OpsTable;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * How a device comes to a HWPT and leaves it (drivers/iommu/iommufd/device.c). The group is attached once, with its first
 * device, and by a handle as late 6.12.y does; 6.12.19 has a handle for HWPTs with a fault queue only.
 */
final class PtAttach {
    private static final Term ATTACH =
            Term.of("iommufd_device_attach", IommufdDevice.FILE, Operand.DECIMAL, Operand.NONE, Operand.ERRNO);
    private static final Term REPLACE =
            Term.of("iommufd_device_replace", IommufdDevice.FILE, Operand.DECIMAL, Operand.NONE, Operand.ERRNO);
    private static final Term DETACH = Term.function("iommufd_device_detach", IommufdDevice.FILE);
    private static final Term AUTO = Term.function("iommufd_device_auto_get_domain", IommufdDevice.FILE);
    private static final Term HW_ATTACH = Term.function("iommufd_hw_pagetable_attach", IommufdDevice.FILE);
    private static final Term HW_DETACH = Term.function("iommufd_hw_pagetable_detach", IommufdDevice.FILE);
    private static final Term DO_REPLACE = Term.function("iommufd_device_do_replace", IommufdDevice.FILE);

    private static final Term ENABLE_FAULTS =
            Term.function("iommufd_fault_iopf_enable", "drivers/iommu/iommufd/fault.c");
    private static final Term DISABLE_FAULTS =
            Term.function("iommufd_fault_iopf_disable", "drivers/iommu/iommufd/fault.c");

    private final IommufdDevice device;
    private final IommufdGroup group;
    private final Kernel kernel;
    private final Attaching core;

    PtAttach(IommufdDevice device) {
        this.device = device;
        this.group = device.group();
        this.kernel = device.ctx().module().kernel();
        this.core = device.ctx().module().core().attaching();
    }

    private Group coreGroup() {
        return group.group().require();
    }

    /** To an IOAS or a HWPT: -ENOENT for a number that nothing has, -EINVAL for a device and for a group elsewhere. */
    long attach(int number) {
        return kernel.machine().call(Lane.USER, ATTACH, device, number, 0, () -> {
            long error = change(number, this::attachTo, true);
            if (error == 0) {
                device.users().add(1);
            }
            return error;
        });
    }

    /** From where it is straight to another; nothing happens when that is where it is. */
    long replace(int number) {
        return kernel.machine()
                .call(Lane.USER, REPLACE, device, number, 0, () -> change(number, this::replaceBy, false));
    }

    void detach() {
        kernel.machine().run(Lane.USER, DETACH, device, 0, 0, () -> {
            HwPagetable hwpt = detachFrom();
            hwpt.put();
            device.users().add(-1);
        });
    }

    // iommufd_device_change_pt
    private long change(int number, ToLongFunction<HwPagetable> how, boolean immediate) {
        return switch (device.ctx().find(number).orElse(null)) {
            case HwPagetable hwpt -> how.applyAsLong(hwpt);
            case Ioas ioas -> automatic(ioas, how, immediate);
            case IommufdDevice _, IommufdAccess _, IommufdFault _ -> Errno.EINVAL.negative();
            case null -> Errno.ENOENT.negative();
        };
    }

    /** An automatic HWPT that takes the device, or a new one; -EINVAL of one means that the next is tried. */
    private long automatic(Ioas ioas, ToLongFunction<HwPagetable> how, boolean immediate) {
        return kernel.machine().call(Lane.USER, AUTO, ioas, device.id(), 0, () -> {
            List<HwptPaging> there = ioas.hwpts().toList();
            for (HwptPaging hwpt : there) {
                if (hwpt.isAutomatic().get()) {
                    long error = how.applyAsLong(hwpt);
                    if (error != Errno.EINVAL.negative()) {
                        return error;
                    }
                }
            }
            HwptAlloc.Made<HwptPaging> made = new HwptAlloc(device.ctx()).paging(ioas, device, 0, immediate);
            if (made.hwpt().isEmpty()) {
                return made.error();
            }
            HwptPaging hwpt = made.hwpt().get();
            long error = immediate ? 0 : how.applyAsLong(hwpt);
            if (error != 0) {
                hwpt.abort();
                return error;
            }
            hwpt.isAutomatic().set(true);
            return 0;
        });
    }

    /** iommufd_hw_pagetable_attach. */
    long attachTo(HwPagetable hwpt) {
        return kernel.machine().call(Lane.USER, HW_ATTACH, hwpt, device.id(), 0, () -> {
            if (!group.hwpt().isNull() && !group.hwpt().is(hwpt)) {
                return Errno.EINVAL.negative();
            }
            long error = reserve(hwpt.paging());
            if (error == 0 && group.devices().isEmpty()) {
                error = hwpt.fault().isNull() ? 0 : enableFaults();
                if (error == 0) {
                    error = core.attachGroupHandle(hwpt.domain().require(), coreGroup(), group.handle());
                    if (error != 0 && !hwpt.fault().isNull()) {
                        disableFaults();
                    }
                }
                if (error != 0) {
                    table(hwpt).removeReservedOf(device.device());
                } else {
                    group.hwpt().set(hwpt);
                }
            }
            if (error == 0) {
                hwpt.users().add(1);
                group.devices().add(device);
            }
            return error;
        });
    }

    private static IoPagetable table(HwPagetable hwpt) {
        return hwpt.paging().ioas().table();
    }

    // iommufd_device_attach_reserved_iova
    private long reserve(HwptPaging hwpt) {
        IoPagetable table = table(hwpt);
        long error = table.enforce(device.device(), Optional.of(group));
        if (error == 0 && group.devices().isEmpty()) {
            error = setUpMsi(hwpt);
            if (error != 0) {
                table.removeReservedOf(device.device());
            }
        }
        return error;
    }

    // iommufd_group_setup_msi
    private long setUpMsi(HwptPaging hwpt) {
        if (group.softwareMsi().get() == IommufdGroup.NO_WINDOW
                || hwpt.msiCookie().get()) {
            return 0;
        }
        long error = device.ctx()
                .module()
                .core()
                .domains()
                .getMsiCookie(hwpt.domain().require(), group.softwareMsi().get());
        if (error == 0) {
            hwpt.msiCookie().set(true);
        }
        return error;
    }

    /** iommufd_hw_pagetable_detach: what it was on, which the caller lets go. */
    HwPagetable detachFrom() {
        HwPagetable hwpt = group.hwpt().require();
        kernel.machine().run(Lane.USER, HW_DETACH, device, hwpt.id(), 0, () -> {
            group.devices().remove(device);
            if (group.devices().isEmpty()) {
                core.detachGroupHandle(hwpt.domain().require(), coreGroup());
                hwpt.fault().get().ifPresent(fault -> {
                    fault.forget(group.handle());
                    disableFaults();
                });
                group.hwpt().setNull();
            }
            table(hwpt).removeReservedOf(device.device());
        });
        return hwpt;
    }

    // ---- iommufd_device_do_replace

    private long replaceBy(HwPagetable hwpt) {
        Optional<HwPagetable> old = group.hwpt().get();
        boolean[] left = {false};
        long error = kernel.machine().call(Lane.USER, DO_REPLACE, device, hwpt.id(), 0, () -> {
            if (old.isEmpty()) {
                return Errno.EINVAL.negative();
            }
            if (old.get() == hwpt) {
                return 0;
            }
            long failed = move(old.get(), hwpt);
            left[0] = failed == 0;
            return failed;
        });
        if (left[0]) {
            old.orElseThrow().put();
        }
        return error;
    }

    private long move(HwPagetable old, HwPagetable hwpt) {
        boolean elsewhere = hwpt.paging().ioas() != old.paging().ioas();
        long error = elsewhere ? reserveAll(hwpt) : 0;
        error = error == 0 ? setUpMsi(hwpt.paging()) : error;
        error = error == 0 ? replaceDomain(old, hwpt) : error;
        if (error != 0) {
            // the kernel takes away what the devices have reserved there, even when it is the old IOAS
            releaseAll(hwpt);
            return error;
        }
        if (elsewhere) {
            releaseAll(old);
        }
        group.hwpt().set(hwpt);
        int devices = group.devices().size();
        hwpt.users().add(devices);
        old.users().add(1 - devices);
        return 0;
    }

    // iommufd_fault_domain_replace_dev
    private long replaceDomain(HwPagetable old, HwPagetable hwpt) {
        boolean begins = old.fault().isNull() && !hwpt.fault().isNull();
        boolean ends = !old.fault().isNull() && hwpt.fault().isNull();
        long error = begins ? enableFaults() : 0;
        if (error != 0) {
            return error;
        }
        error = core.replaceGroupHandle(coreGroup(), hwpt.domain().require(), group.handle());
        if (error == 0) {
            old.fault().get().ifPresent(fault -> fault.forget(group.handle()));
        }
        if (error != 0 && begins || error == 0 && ends) {
            disableFaults();
        }
        return error;
    }

    // iommufd_fault_iopf_enable: page requests of virtual functions share what their physical one has
    private long enableFaults() {
        boolean virtual =
                device.device().pci().filter(function -> function.isVirtual()).isPresent();
        return virtual
                ? Errno.EINVAL.negative()
                : kernel.machine()
                        .call(
                                Lane.USER,
                                ENABLE_FAULTS,
                                device,
                                0,
                                0,
                                () -> features().enable(device.device(), OpsTable.Feature.IOPF));
    }

    private void disableFaults() {
        kernel.machine()
                .run(
                        Lane.USER,
                        DISABLE_FAULTS,
                        device,
                        0,
                        0,
                        () -> features().disable(device.device(), OpsTable.Feature.IOPF));
    }

    private DeviceFeatures features() {
        return device.ctx().module().core().features();
    }

    private long reserveAll(HwPagetable hwpt) {
        for (IommufdDevice each : group.devices().toList()) {
            long error = table(hwpt).enforce(each.device(), Optional.empty());
            if (error != 0) {
                return error;
            }
        }
        return 0;
    }

    private void releaseAll(HwPagetable hwpt) {
        group.devices().toList().forEach(each -> table(hwpt).removeReservedOf(each.device()));
    }
}
