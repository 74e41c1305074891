namespace Berth.Packaging.Compatibility;

/// <summary>Compares what two versions of a contract assembly show, for who calls it and for who implements it.</summary>
internal sealed class SurfaceComparer(List<CompatibilityChange> changes)
{
    public static void Compare(ContractSurface from, ContractSurface to, List<CompatibilityChange> changes)
    {
        var comparer = new SurfaceComparer(changes);
        foreach (var type in from.Types.Values)
        {
            if (to.Types.TryGetValue(type.Name, out var now))
                comparer.CompareType(type, now);
            else
                comparer.Breaks("type_removed", type.Name, $"The public {type.Kind} {type.Name} is gone or not public any more.");
        }

        foreach (var type in to.Types.Values.Where(type => !from.Types.ContainsKey(type.Name)))
            comparer.Adds("type_added", type.Name, $"The public {type.Kind} {type.Name} is new.");
    }

    private void CompareType(ContractType from, ContractType to)
    {
        if (from.Kind != to.Kind)
        {
            Breaks("type_kind", from.Name, $"{from.Name} was a {from.Kind} and is a {to.Kind}.");
            return;
        }

        if (from.CanBeDerived && to.IsSealed)
            Breaks("type_sealed", from.Name, $"{from.Name} is sealed now: nobody can derive from it.");
        else if (from.CanBeDerived && !to.CanBeDerived)
            Breaks("type_closed", from.Name, $"{from.Name} has no constructor any more that a derived class could call.");
        if (!from.IsAbstract && to.IsAbstract)
            Breaks("type_abstract", from.Name, $"{from.Name} is abstract or static now: nobody can make one.");
        if (from.Base != to.Base && from.Base is not ("System.Object" or ""))
            Breaks("type_base", from.Name, $"{from.Name} derived from {from.Base} and derives from {to.Base}.");
        if (from.Constraints != to.Constraints)
            Breaks("type_constraints", from.Name, $"{from.Name} demands something else of its type arguments.");
        foreach (var gone in from.Interfaces.Except(to.Interfaces).Order(StringComparer.Ordinal))
            Breaks("interface_removed", from.Name, $"{from.Name} does not implement {gone} any more.");
        foreach (var added in to.Interfaces.Except(from.Interfaces).Order(StringComparer.Ordinal))
        {
            if (from.Kind == "interface")
                Breaks("interface_added", from.Name, $"{from.Name} demands {added} too, which who implements it has to supply.");
            else
                Adds("interface_added", from.Name, $"{from.Name} implements {added}.");
        }

        CompareMembers(from, to);
    }

    private void CompareMembers(ContractType from, ContractType to)
    {
        foreach (var (key, member) in from.Members)
        {
            var subject = $"{from.Name}.{member.Shown}";
            if (to.Members.TryGetValue(key, out var now))
                CompareMember(subject, from, member, now);
            else
                Breaks("member_removed", subject, $"{subject} is gone, has other parameters, or is not visible any more.");
        }

        foreach (var (key, member) in to.Members.Where(member => !from.Members.ContainsKey(member.Key)))
        {
            var subject = $"{to.Name}.{member.Shown}";
            if (member.IsAbstract && from.Kind == "interface")
                Breaks("interface_member_added", subject, $"Who implements {to.Name} has to supply {key} now.");
            else if (member.IsAbstract && from.CanBeDerived)
                Breaks("abstract_member_added", subject, $"Who derives from {to.Name} has to supply {key} now.");
            else
                Adds("member_added", subject, $"{subject} is new.");
        }
    }

    private void CompareMember(string subject, ContractType type, ContractMember from, ContractMember to)
    {
        if (from.Result != to.Result || from.IsStatic != to.IsStatic)
            Breaks("member_changed", subject, $"{subject} was {(from.IsStatic ? "static " : "")}{from.Result} and is {(to.IsStatic ? "static " : "")}{to.Result}.");
        if (from.IsPublic && !to.IsPublic)
            Breaks("member_visibility", subject, $"{subject} was public and is for derived types only.");
        if (!from.IsAbstract && to.IsAbstract && (type.CanBeDerived || type.Kind == "interface"))
            Breaks("member_abstract", subject, $"{subject} has no body any more: who derives or implements has to supply it.");
        if (from.IsVirtual && !to.IsVirtual && type.CanBeDerived)
            Breaks("member_not_virtual", subject, $"{subject} cannot be overridden any more.");
        if (!from.IsReadOnly && to.IsReadOnly)
            Breaks("member_read_only", subject, $"{subject} cannot be written any more.");
        if (from.Constant != to.Constant)
        {
            // Compilers copy constants into callers, who keep the old value until they are built again.
            changes.Add(new(type.Kind == "enum" ? ChangeSeverity.Breaking : ChangeSeverity.Risky, "api.constant_changed", subject,
                $"{subject} was {from.Constant ?? "no constant"} and is {to.Constant ?? "none"}; who was built against it keeps the old value."));
        }
    }

    private void Breaks(string code, string subject, string message) => changes.Add(new(ChangeSeverity.Breaking, "api." + code, subject, message));

    private void Adds(string code, string subject, string message) => changes.Add(new(ChangeSeverity.Info, "api." + code, subject, message));
}
