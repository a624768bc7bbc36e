package org.iommulab.bus;

/** What happens when a device wakes and sleeps: its power domain as hardware, and its driver's runtime-PM callbacks. */
public interface PowerCallbacks {
    /** The power domain is switched on, before the driver is told. */
    void powerOn();

    /** The driver's runtime_resume. */
    void resume();

    /** The driver's runtime_suspend. */
    void suspend();

    /** The power domain is switched off, after the driver was told. */
    void powerOff();

    /** For devices that need nothing. */
    PowerCallbacks NONE = new PowerCallbacks() {
        @Override
        public void powerOn() {}

        @Override
        public void resume() {}

        @Override
        public void suspend() {}

        @Override
        public void powerOff() {}
    };
}
