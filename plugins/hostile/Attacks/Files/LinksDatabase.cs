namespace Hostile.Attacks.Files;

public sealed class LinksDatabase : Attack
{
    public override string Title => "makes a hard link to the host's database in its temporary folder";

    protected override string Run(Target target)
    {
        var link = Path.Combine(Path.GetTempPath(), "database");
        return Sys.Try("linkat", 265, 37, -100, Sys.Text(target.Database), -100, Sys.Text(link), 0);
    }
}
