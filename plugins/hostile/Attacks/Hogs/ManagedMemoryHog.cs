namespace Hostile.Attacks.Hogs;

public sealed class ManagedMemoryHog : Attack
{
    public override string Title => "fills the managed heap";

    public override IReadOnlyList<string> Endings => ["Crashed"];

    private static readonly List<byte[]> Kept = [];

    protected override string Run(Target target)
    {
        try
        {
            while (Kept.Count < 400)
            {
                var block = GC.AllocateUninitializedArray<byte>(1 << 20);
                block.AsSpan().Fill(1);
                Kept.Add(block);
            }
        }
        catch (OutOfMemoryException)
        {
            return $"did: took {Kept.Count} MB, then there was no more";
        }

        return $"did: took {Kept.Count} MB";
    }
}
