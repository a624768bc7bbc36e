package org.iommulab.backend.s390;

import org.iommulab.backend.s390.S390Layout.Fib;
import org.iommulab.backend.s390.S390Layout.Outcome;
import org.iommulab.kernel.Errno;

/** What the kernel does with the instructions, and what it makes of their answers. */
public final class S390Calls {
    private S390Calls() {}

    /** zpci_register_ioat: the answer, which every release reads in its own way. */
    static Outcome registerIoat(S390Instructions function, int handle, long first, long last, long table) {
        long request = S390Layout.request(handle, 0, S390Layout.REG_IOAT);
        return function.modifyControls(request, new Fib(first, last, S390Layout.regionThird(table)));
    }

    /** zpci_register_ioat up to v6.1: 0 or -EIO. */
    public static int register(S390Instructions function, int handle, long first, long last, long table) {
        return registerIoat(function, handle, first, last, table).cc() == S390Layout.CC_OK ? 0 : Errno.EIO.negative();
    }

    /** An operation of MPCIFC that needs nothing but the handle: the answer. */
    static Outcome modify(S390Instructions function, int handle, int operation) {
        return function.modifyControls(S390Layout.request(handle, 0, operation), Fib.EMPTY);
    }

    /** zpci_unregister_ioat: a function that is gone counts as done. */
    public static int unregister(S390Instructions function, int handle) {
        Outcome outcome = modify(function, handle, S390Layout.DEREG_IOAT);
        return outcome.cc() == S390Layout.CC_OK || outcome.cc() == S390Layout.CC_INVALID_HANDLE
                ? 0
                : Errno.EIO.negative();
    }

    /** zpci_refresh_trans: 0; -ENOMEM when the hypervisor has no room for the range; -EIO for anything else. */
    public static int refresh(S390Instructions function, int handle, long address, long length) {
        Outcome outcome = function.refresh(S390Layout.request(handle, 0, 0), address, length);
        if (outcome.cc() == S390Layout.CC_OK) {
            return 0;
        }
        boolean noRoom = outcome.cc() == S390Layout.CC_ERROR
                && (outcome.status() == S390Layout.STATUS_NOT_ENABLED
                        || outcome.status() == S390Layout.STATUS_INSUFFICIENT_RESOURCES);
        return noRoom ? Errno.ENOMEM.negative() : Errno.EIO.negative();
    }
}
