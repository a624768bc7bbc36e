package org.iommulab.backend.mtk;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.backend.mtk.MtkLayout.Register;
import org.iommulab.backend.mtk.MtkSoc.Flag;
import org.iommulab.bus.Clock;
import org.iommulab.bus.Device;
import org.iommulab.bus.PowerCallbacks;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDevice;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Mutex;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct mtk_iommu_data}: what the driver keeps for one M4U, and its suspend and resume. */
final class MtkData extends SimObject implements PowerCallbacks {
    private static final int GROUPS = 8;
    private static final String FILE = "drivers/iommu/mtk_iommu.c";
    private static final Term RESUME = Term.function("mtk_iommu_runtime_resume", FILE);
    private static final Term SUSPEND = Term.function("mtk_iommu_runtime_suspend", FILE);
    /** What a suspend saves of the first bank, in the order in which it is written back. */
    private static final List<Register> SAVED =
            List.of(Register.WR_LEN_CTRL, Register.MISC_CTRL, Register.DCM_DIS, Register.CTRL_REG, Register.VLD_PA_RNG);

    private final Kernel kernel;
    private final IommuDevice instance;
    private final Wired wired;
    private final RefList<MtkData> shared;
    private final Map<Integer, MtkBankData> banks = new LinkedHashMap<>();
    private final Map<Integer, MtkLarbData> larbs = new LinkedHashMap<>();
    private final List<LongCell> saved = new ArrayList<>();
    private final List<RefCell<Group>> groups = new ArrayList<>();
    private final RefCell<MtkDomain> shareDomain;
    private final LongCell protectBase;
    private final FlagCell enable4Gb;
    private final Mutex mutex;

    /**
     * An M4U of the board, as its driver will find it.
     *
     * @param infracfg where the strap for 4GB mode is
     * @param pericfg the switches of the infrastructure's ports
     * @param irqs one for each bank
     * @param common the SMI common that needs it; without meaning for the infrastructure's M4U
     */
    record Wired(
            Device device,
            MtkSoc soc,
            Mmio registers,
            Mmio infracfg,
            Mmio pericfg,
            Runnable powerOn,
            Runnable powerOff,
            List<InterruptLine> irqs,
            Map<String, Clock> clocks,
            Device common,
            List<MtkLarbData.Wired> larbs) {}

    /** @param shared the list of the M4Us that have one table between them */
    MtkData(Kernel kernel, IommuDevice instance, Wired wired, RefList<MtkData> shared) {
        super(kernel.machine());
        this.kernel = kernel;
        this.instance = instance;
        this.wired = wired;
        this.shared = shared;
        List<Integer> numbers = wired.soc().banks();
        for (int i = 0; i < numbers.size(); i++) {
            int number = numbers.get(i);
            banks.put(number, new MtkBankData(kernel, this, number, wired.irqs().get(i)));
        }
        wired.larbs().forEach(larb -> larbs.put(larb.number(), new MtkLarbData(kernel, larb)));
        for (Register register : SAVED) {
            saved.add(new LongCell(this, Lane.DRIVER, Term.hex("reg." + register)));
        }
        for (int group = 0; group < GROUPS; group++) {
            groups.add(new RefCell<>(this, Lane.DRIVER, Term.reference("m4u_group[" + group + "]"), Group.class));
        }
        shareDomain = new RefCell<>(this, Lane.DRIVER, Term.reference("share_dom"), MtkDomain.class);
        protectBase = new LongCell(this, Lane.DRIVER, Term.hex("protect_base"));
        enable4Gb = new FlagCell(this, Lane.DRIVER, Term.flag("enable_4GB"));
        mutex = new Mutex(kernel, this, "mutex");
    }

    @Override
    public String label() {
        return device().label() + " data";
    }

    Device device() {
        return wired.device();
    }

    IommuDevice instance() {
        return instance;
    }

    MtkSoc soc() {
        return wired.soc();
    }

    Mmio registers() {
        return wired.registers();
    }

    Mmio infracfg() {
        return wired.infracfg();
    }

    Mmio pericfg() {
        return wired.pericfg();
    }

    Device common() {
        return wired.common();
    }

    /** {@code hw_list}: the M4Us that share its table, itself among them; the first keeps what they share. */
    List<MtkData> hwList() {
        return soc().has(Flag.SHARE_PGTABLE) ? shared.toList() : List.of(this);
    }

    MtkBankData bank(int number) {
        return Optional.ofNullable(banks.get(number)).orElseThrow();
    }

    List<MtkBankData> banks() {
        return List.copyOf(banks.values());
    }

    Optional<MtkLarbData> larb(int number) {
        return Optional.ofNullable(larbs.get(number));
    }

    List<MtkLarbData> larbs() {
        return List.copyOf(larbs.values());
    }

    /** The group of a region, or of a bank other than the first. */
    RefCell<Group> group(int number) {
        return groups.get(number);
    }

    /** From v6.6 on: the domain that a table was made for. */
    RefCell<MtkDomain> shareDomain() {
        return shareDomain;
    }

    LongCell protectBase() {
        return protectBase;
    }

    boolean enable4Gb() {
        return enable4Gb.get();
    }

    void setEnable4Gb(boolean enabled) {
        enable4Gb.set(enabled);
    }

    Mutex mutex() {
        return mutex;
    }

    // ---- power

    @Override
    public void powerOn() {
        wired.powerOn().run();
    }

    /** mtk_iommu_runtime_resume: the first one, before anything was saved, turns the clock on only. */
    @Override
    public void resume() {
        kernel.driverRun(RESUME, device(), () -> {
            clock().ifPresent(clock -> clock.prepareEnable(kernel));
            if (!saved.getFirst().isSet()) {
                return;
            }
            for (int i = 0; i < SAVED.size(); i++) {
                bank(0).write(SAVED.get(i), (int) saved.get(i).get());
            }
            banks().stream().filter(bank -> !bank.domain().isNull()).forEach(bank -> bank.restore(kernel));
            MtkTlb.flushAll(kernel, this);
        });
    }

    @Override
    public void suspend() {
        kernel.driverRun(SUSPEND, device(), () -> {
            for (int i = 0; i < SAVED.size(); i++) {
                saved.get(i).setQuietly(bank(0).read(SAVED.get(i)));
            }
            banks().forEach(MtkBankData::save);
            clock().ifPresent(clock -> clock.disableUnprepare(kernel));
        });
    }

    private Optional<Clock> clock() {
        return Optional.ofNullable(wired.clocks().get("bclk"));
    }

    @Override
    public void powerOff() {
        wired.powerOff().run();
    }
}
