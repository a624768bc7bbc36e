package org.iommulab.backend.mtk;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.backend.mtk.MtkLayout.Register;
import org.iommulab.backend.mtk.MtkSoc.Flag;
import org.iommulab.hardware.Access;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.EntryWords;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.Iotlb;
import org.iommulab.hardware.Mmio;
import org.iommulab.hardware.RadixWalker;
import org.iommulab.hardware.RegisterFile;
import org.iommulab.hardware.RegisterView;
import org.iommulab.hardware.TlbView;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.hardware.armv7s.ArmV7sEntries;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.armv7s.ArmV7sFormat;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;

/**
 * An M4U of the second generation with what stands in front of it: larbs, or for the infrastructure's M4U a system
 * controller, which say which ports go through it. An access that cannot be translated is not refused: it lands in the
 * protect page.
 */
public final class MtkM4u extends IommuUnit implements Mmio {
    // Its real size is not known.
    private static final int TLB_WAYS = 64;
    private static final long LOW = 0xffff_ffffL;
    // The driver takes a saved value of 0 for "never saved"; what the register really holds after reset is not known.
    private static final int WR_LEN_RESET = MtkLayout.WR_LEN_NO_THROTTLE | 1 << 16 | 1;
    private static final Term UNTRANSLATED = Term.hex("untranslated");
    private static final Term NO_CLOCK = Term.hex("no clock");
    private static final Term NO_LARB = Term.hex("no larb");

    private final MtkSoc soc;
    private final Wiring wiring;
    private final RegisterFile registers;
    private final List<MtkBank> banks = new ArrayList<>();
    private final Iotlb tlb;
    private final RadixWalker walker;
    private final ArmV7sEntries words;
    private final FlagCell powered;

    /**
     * What the unit is wired to.
     *
     * @param larbs those in front of it; none for the infrastructure's M4U
     * @param pericfg the switches of the infrastructure's ports
     * @param mode4Gb whether memory shows itself 4 GiB higher (SoCs with 4GB mode only)
     * @param keepsRegisters whether it is in no power domain: without its clock it sleeps, but forgets nothing
     */
    public record Wiring(List<MtkLarb> larbs, MtkSyscon pericfg, boolean mode4Gb, boolean keepsRegisters) {
        public Wiring {
            larbs = List.copyOf(larbs);
        }
    }

    public MtkM4u(Machine machine, String name, MtkSoc soc, Wiring wiring, PhysicalMemory memory) {
        super(machine, name);
        this.soc = soc;
        this.wiring = wiring;
        this.registers = new RegisterFile(this, registersOf(soc));
        this.tlb = new Iotlb(machine, 1, TLB_WAYS, 12);
        var format = new ArmV7sFormat(soc.hardwareTables());
        this.walker = new RadixWalker(memory, format, ArmV7sFormat.LEVEL_NAMES);
        this.words = new ArmV7sEntries(format);
        for (int bank : soc.banks()) {
            var irq = new InterruptLine(machine, bank == 0 ? name + " irq" : name + " irq of bank " + bank);
            banks.add(new MtkBank(this, soc, registers, bank, tlb, walker, irq));
        }
        this.powered = new FlagCell(this, Lane.HARDWARE, Term.flag("powered"));
        powered.setQuietly(soc.has(Flag.PM_CLK_AO));
    }

    private static List<RegisterFile.Register> registersOf(MtkSoc soc) {
        var all = new ArrayList<RegisterFile.Register>();
        for (int bank : soc.banks()) {
            String prefix = bank == 0 ? "" : "bank " + bank + " ";
            for (Register register : Register.values()) {
                int reset = register == Register.WR_LEN_CTRL ? WR_LEN_RESET : 0;
                all.add(new RegisterFile.Register(prefix + register, register.in(bank), reset));
            }
        }
        return all;
    }

    @Override
    public String model() {
        return "M4U of " + soc.key();
    }

    MtkSoc soc() {
        return soc;
    }

    List<MtkBank> banks() {
        return banks;
    }

    /** The interrupt lines of the banks, in the order of {@link MtkSoc#banks}. */
    public List<InterruptLine> lines() {
        return banks.stream().map(MtkBank::irq).toList();
    }

    // ---- power

    public void powerOn() {
        powered.set(true);
    }

    /** The infrastructure's M4U is always on. */
    public void powerOff() {
        if (soc.has(Flag.PM_CLK_AO)) {
            return;
        }
        if (!wiring.keepsRegisters()) {
            registers.reset();
            tlb.flushAll();
            lines().forEach(line -> line.lower(this));
        }
        powered.set(false);
    }

    @Override
    public boolean powered() {
        return powered.get();
    }

    // ---- registers

    @Override
    public int read32(int offset) {
        int value = powered() ? registers.get32(offset) : 0;
        registers.emit(EventKind.REGISTER_READ, offset, value & LOW);
        return value;
    }

    @Override
    public void write32(int offset, int value) {
        Optional<MtkBank> bank = powered() ? bank(Math.floorDiv(offset, MtkLayout.BANK_BYTES)) : Optional.empty();
        Optional<Register> register = Register.at(Math.floorMod(offset, MtkLayout.BANK_BYTES));
        bank.ifPresent(b -> register.ifPresent(r -> b.write(r, value)));
        registers.emit(EventKind.REGISTER_WRITE, offset, value & LOW);
        bank.ifPresent(b -> register.ifPresent(r -> b.written(r, value)));
    }

    private Optional<MtkBank> bank(int number) {
        return banks.stream().filter(bank -> bank.number() == number).findFirst();
    }

    /** Its own, and those of the switches in front of it that are not 0. */
    @Override
    public List<RegisterView> registers() {
        var views = new ArrayList<>(registers.views((register, value) -> meaning(register.offset(), (int) value)));
        wiring.larbs().forEach(larb -> views.addAll(larb.registers()));
        if (soc.has(Flag.INFRA)) {
            views.addAll(wiring.pericfg().registers().views((register, value) -> "a bit for each port"));
        }
        return views;
    }

    private String meaning(int offset, int value) {
        Optional<MtkBank> bank = bank(offset / MtkLayout.BANK_BYTES);
        return bank.isEmpty()
                ? ""
                : switch (Register.at(offset % MtkLayout.BANK_BYTES).orElseThrow()) {
                    case PT_BASE_ADDR ->
                        value == 0
                                ? "no table yet"
                                : "table at " + EntryWords.hex(bank.get().tableBase());
                    case IVRP_PADDR ->
                        "faulting accesses land at " + EntryWords.hex(bank.get().landing(0));
                    case FAULT_ST1 -> value == 0 ? "" : MtkBank.cause(value);
                    case MMU0_INT_ID, MMU1_INT_ID ->
                        value == 0 ? "" : "larb " + soc.larbOf(value) + " port " + soc.portOf(value);
                    default -> "";
                };
    }

    // ---- the switches in front of it

    private Optional<MtkLarb> larbOf(int id) {
        return wiring.larbs().stream()
                .filter(larb -> larb.number() == MtkLayout.larb(id))
                .findFirst();
    }

    private boolean isVirtual(int id) {
        int port = MtkLayout.port(id);
        return soc.has(Flag.INFRA)
                ? wiring.pericfg().registers().bit(MtkLayout.PERICFG_IOMMU_1, port)
                : larbOf(id)
                        .filter(larb -> larb.powered() && larb.isVirtual(port))
                        .isPresent();
    }

    private MtkBank bankOf(int id) {
        return bank(soc.bankOf(1 << MtkLayout.port(id))).orElseThrow();
    }

    /** A port's address as the unit sees it: 32 bits from the master, two from its larb. */
    private long input(int id, long address) {
        long upper = soc.has(Flag.IOVA_34_EN)
                ? larbOf(id).map(larb -> larb.bankSelect(MtkLayout.port(id))).orElse(0)
                : 0;
        return address & LOW | upper << 32;
    }

    // ---- what it does now

    boolean mode4Gb() {
        return wiring.mode4Gb();
    }

    /** Where the CPU sees what the unit sees here: in 4GB mode DRAM from 1 to 4 GiB shows itself at 5 to 8. */
    long atMemory(long output) {
        return mode4Gb() && output >= MtkLayout.REMAP_4GB ? output & ~MtkLayout.BIT_32 : output;
    }

    @Override
    public boolean translating() {
        return powered()
                && (soc.has(Flag.INFRA)
                        ? wiring.pericfg().registers().get(MtkLayout.PERICFG_IOMMU_1) != 0
                        : wiring.larbs().stream().anyMatch(MtkLarb::anyVirtual));
    }

    @Override
    public boolean translating(DmaMaster port) {
        return powered() && isVirtual(port.streamId());
    }

    @Override
    public long tableBase() {
        return banks.stream()
                .map(MtkBank::tableBase)
                .filter(base -> base != 0)
                .findFirst()
                .orElse(0L);
    }

    @Override
    public long tableBase(DmaMaster port) {
        return bankOf(port.streamId()).tableBase();
    }

    @Override
    public List<TlbView> tlb() {
        return tlb.used().stream()
                .map(slot -> new TlbView(
                        slot,
                        tlb.input(slot),
                        atMemory(tlb.output(slot)),
                        tlb.bytes(slot),
                        (tlb.attributes(slot) & MtkBank.NOTHING) != 0 ? "-" : "rw",
                        bank(MtkBank.bankOf(tlb.attributes(slot))).orElseThrow().tableBase()))
                .toList();
    }

    @Override
    public int tlbSlots() {
        return tlb.size();
    }

    @Override
    public String fault() {
        return banks.stream()
                .filter(bank -> bank.get(Register.FAULT_ST1) != 0)
                .findFirst()
                .map(bank -> {
                    int id = bank.get(Register.MMU0_INT_ID);
                    String who = soc.has(Flag.INFRA) ? "" : ", larb " + soc.larbOf(id) + " port " + soc.portOf(id);
                    return MtkBank.cause(bank.get(Register.FAULT_ST1)) + " at "
                            + EntryWords.hex(MtkLayout.faultPage(bank.get(Register.MMU0_FAULT_VA))) + who;
                })
                .orElse("");
    }

    /** {@inheritDoc} The address is one of the unit's own, with its upper bits. */
    @Override
    public WalkTrace trace(long input, boolean write) {
        return new MtkTrace(this, tlb, walker, words).of(banks.getFirst(), translating(), input, write);
    }

    @Override
    public WalkTrace trace(DmaMaster port, long input, boolean write) {
        int id = port.streamId();
        return new MtkTrace(this, tlb, walker, words).of(bankOf(id), translating(port), input(id, input), write);
    }

    // ---- DMA

    @Override
    public Access access(DmaMaster master, long address, boolean write) {
        int id = master.streamId();
        if (!soc.has(Flag.INFRA)) {
            Optional<MtkLarb> larb = larbOf(id);
            if (larb.isEmpty()) {
                machine().emit(EventKind.FAULT, Lane.DMA, NO_LARB, this, address, id);
                return new Access.Refused("no larb");
            }
            if (!larb.get().powered()) {
                return held(address);
            }
        }
        if (!isVirtual(id)) {
            long output = address & LOW;
            machine().emit(EventKind.TRANSLATED, Lane.DMA, UNTRANSLATED, this, address, output);
            return new Access.Pass(output);
        }
        return powered() ? bankOf(id).access(input(id, address), id, write) : held(address);
    }

    private Access held(long address) {
        machine().emit(EventKind.FAULT, Lane.DMA, NO_CLOCK, this, address, 0);
        return new Access.Held();
    }
}
