namespace Hostile.Attacks.Hogs;

public sealed class ZeroDeviceHog : Attack
{
    public override string Title => "fills shared memory behind /dev/zero";

    public override IReadOnlyList<string> Endings => ["Crashed"];

    protected override unsafe string Run(Target target)
    {
        using var device = File.Open("/dev/zero", FileMode.Open, FileAccess.ReadWrite);
        // PROT_READ and PROT_WRITE, MAP_SHARED
        var memory = Sys.Call(9, 222, 0, 600L << 20, 3, 0x01, device.SafeFileHandle.DangerousGetHandle(), 0);
        if (memory is < 0 and > -4096)
            return Sys.Stopped("mmap");
        for (var taken = 0; taken < 600; taken++)
            new Span<byte>((void*)(memory + ((long)taken << 20)), 1 << 20).Fill(1);
        return "did: took 600 MB";
    }
}
