namespace Hostile.Attacks.Crashes;

public sealed class ExitsWithSuccess : Attack
{
    public override string Title => "ends its process as if all were well: exit(0)";

    public override IReadOnlyList<string> Endings => ["Crashed"];

    protected override string Run(Target target)
    {
        // By reflection: what calls it openly does not run in the host's process at all.
        typeof(Environment).GetMethod("Ex" + "it")!.Invoke(null, [0]);
        return "lives";
    }
}
