namespace Hostile.Attacks.Hogs;

public sealed class ManyFiles : Attack
{
    public override string Title => "fills the disk with many files in its temporary folder";

    protected override string Run(Target target)
    {
        var written = 0;
        try
        {
            var folder = Directory.CreateTempSubdirectory().FullName;
            var block = new byte[8 << 20];
            for (; written < 20; written++)
                File.WriteAllBytes(Path.Combine(folder, $"{written}"), block);
        }
        catch (IOException exception)
        {
            return $"did: took {written * 8} MB, then: {exception.Message}";
        }

        return $"did: took {written * 8} MB";
    }
}
