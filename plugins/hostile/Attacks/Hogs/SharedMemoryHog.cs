namespace Hostile.Attacks.Hogs;

public sealed class SharedMemoryHog : Attack
{
    public override string Title => "fills shared memory, which no limit of a process counts";

    public override IReadOnlyList<string> Endings => ["Crashed"];

    protected override unsafe string Run(Target target)
    {
        // PROT_READ and PROT_WRITE, MAP_SHARED and MAP_ANONYMOUS
        var memory = Sys.Call(9, 222, 0, 600L << 20, 3, 0x21, -1, 0);
        if (memory is < 0 and > -4096)
            return Sys.Stopped("mmap");
        for (var taken = 0; taken < 600; taken++)
            new Span<byte>((void*)(memory + ((long)taken << 20)), 1 << 20).Fill(1);
        return "did: took 600 MB";
    }
}
