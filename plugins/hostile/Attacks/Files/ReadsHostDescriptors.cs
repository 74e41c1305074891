namespace Hostile.Attacks.Files;

public sealed class ReadsHostDescriptors : Attack
{
    public override string Title => "opens the host's files through /proc/…/fd";

    protected override string Run(Target target) => $"reached: {Directory.GetFileSystemEntries($"/proc/{target.HostProcess}/fd").Length} descriptors";
}
