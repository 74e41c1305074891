namespace Hostile.Attacks.Hogs;

public sealed class SharedMemoryFilesHog : Attack
{
    public override string Title => "fills files in memory that have no name";

    public override IReadOnlyList<string> Endings => ["Crashed"];

    protected override unsafe string Run(Target target)
    {
        var block = new byte[1 << 20];
        fixed (byte* name = "hog\0"u8)
        fixed (byte* bytes = block)
        {
            for (var file = 0; file < 12; file++)
            {
                var descriptor = Sys.Call(319, 279, (long)name, 0);
                if (descriptor < 0)
                    return Sys.Stopped("memfd_create");
                // Less than a file may have.
                for (var written = 0; written < 50; written++)
                {
                    if (Sys.Call(1, 64, descriptor, (long)bytes, block.Length) < 0)
                        return Sys.Stopped("write");
                }

                // PROT_READ, MAP_SHARED and MAP_POPULATE
                if (Sys.Call(9, 222, 0, 50L << 20, 1, 0x8001, descriptor, 0) is < 0 and > -4096)
                    return Sys.Stopped("mmap");
            }
        }

        return "did: took 600 MB";
    }
}
