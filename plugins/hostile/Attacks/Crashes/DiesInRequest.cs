namespace Hostile.Attacks.Crashes;

public sealed class DiesInRequest : Attack
{
    public override string Title => "ends its process in a request";

    public override IReadOnlyList<string> Endings => ["Crashed"];

    protected override string Run(Target target)
    {
        Sys.Die();
        return "lives";
    }
}
