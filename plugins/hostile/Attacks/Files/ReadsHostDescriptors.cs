namespace Hostile.Attacks.Files;

public sealed class ReadsHostDescriptors : Attack
{
    public override string Title => "opens the host's files through /proc/…/fd";

    protected override string Run(Target target)
    {
        // That there are so many says little; what they lead to is what the kernel keeps.
        var all = Directory.GetFileSystemEntries($"/proc/{target.HostProcess}/fd");
        var followed = all.Count(IsFollowed);
        return followed > 0 ? $"reached: {followed} of {all.Length} descriptors" : $"stopped: none of {all.Length} descriptors leads anywhere";
    }

    private static bool IsFollowed(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget is not null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
