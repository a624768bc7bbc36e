package org.iommulab.backend.s390;

import java.util.Optional;
import org.iommulab.backend.s390.S390Layout.ErrorEvent;
import org.iommulab.backend.s390.S390Layout.Fib;
import org.iommulab.backend.s390.S390Layout.Outcome;

/** How the CPU reaches a PCI function: by instructions, in the place of registers. The only way down for a driver. */
public interface S390Instructions {
    /** CLP, set PCI function: it is enabled, begins without an anchor, and has another handle, which is the answer. */
    int enable();

    /** CLP, set PCI function: it is disabled; the handle that instructions would need now. */
    int disable();

    /** CLP, list PCI functions: the handle as it is. */
    int handle();

    /** MPCIFC, modify PCI function controls. */
    Outcome modifyControls(long request, Fib fib);

    /** RPCIT, refresh PCI translations: what is known of a range is read again, or forgotten. */
    Outcome refresh(long request, long address, long length);

    /** CHSC, store event information: the event that is pending, if there is one, and it is pending no more. */
    Optional<ErrorEvent> storeEvent();
}
