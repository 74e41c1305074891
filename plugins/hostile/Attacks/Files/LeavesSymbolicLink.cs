namespace Hostile.Attacks.Files;

public sealed class LeavesSymbolicLink : Attack
{
    public override string Title => "leaves links to the host's files in its temporary folder, for whoever cleans up";

    protected override string Run(Target target)
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        File.CreateSymbolicLink(Path.Combine(folder, "file"), target.Database);
        Directory.CreateSymbolicLink(Path.Combine(folder, "folder"), target.DataFolder);
        Directory.CreateSymbolicLink(Path.Combine(Path.GetTempPath(), $"link{Environment.ProcessId}"), target.DataFolder);
        return "did: left them";
    }
}
