namespace Hostile.Attacks.Hogs;

public sealed class GiantFile : Attack
{
    public override string Title => "fills the disk with a giant file in its temporary folder";

    protected override string Run(Target target)
    {
        var written = 0;
        try
        {
            using var file = new FileStream(Path.Combine(Path.GetTempPath(), $"giant{Environment.ProcessId}"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            var block = new byte[1 << 20];
            for (; written < 160; written++)
                file.Write(block);
        }
        catch (Exception exception) when (exception is IOException or ArgumentException)
        {
            return $"did: took {written} MB, then: {exception.Message}";
        }

        return $"did: took {written} MB";
    }
}
