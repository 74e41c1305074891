namespace Hostile.Attacks.Hogs;

public sealed class NativeMemoryHog : Attack
{
    public override string Title => "fills memory past the managed heap";

    public override IReadOnlyList<string> Endings => ["Crashed"];

    protected override unsafe string Run(Target target)
    {
        for (var taken = 0; taken < 400; taken++)
        {
            try
            {
                new Span<byte>(System.Runtime.InteropServices.NativeMemory.Alloc(1 << 20), 1 << 20).Fill(1);
            }
            catch (OutOfMemoryException)
            {
                return $"did: took {taken} MB, then there was no more";
            }
        }

        return "did: took 400 MB";
    }
}
