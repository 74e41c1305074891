namespace Hostile.Attacks.Crashes;

public sealed class DiesInConstructor : Attack
{
    public override string Title => "ends its process while it is constructed";

    public override IReadOnlyList<string> Endings => ["isolation.start_failed", "plugin.load_failed"];

    public override bool EndsAtStart => true;

    public override void Construct() => Sys.Die();
}
