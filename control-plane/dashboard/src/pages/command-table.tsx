import type {Command, DataPlane} from '../api/types';
import {Chip, Id, Time} from '../ui/parts';
import {type Column, Table} from '../ui/table';
import {words} from '../words';
import {commandTone} from './states';

const w = words.commands;

/** What became of commands, newest first. */
export function CommandTable({caption, commands, planes, withTarget}: {caption: string; commands: Command[]; planes?: DataPlane[]; withTarget?: boolean}) {
  const columns: Column<Command>[] = [
    {head: w.head.kind, cell: one => w.kind[one.kind] ?? one.kind},
    ...(withTarget ? [{head: w.head.target, cell: (one: Command) => one.target === '' ? w.whole : <Id>{one.target}</Id>}] : []),
    ...(planes ? [{head: w.head.plane, cell: (one: Command) => planes.find(plane => plane.id === one.data_plane_id)?.name ?? <Id>{one.data_plane_id}</Id>}] : []),
    {head: w.head.status, cell: one => <Chip tone={commandTone[one.status] ?? 'plain'}>{w.status[one.status] ?? one.status}</Chip>},
    {head: w.head.issued, cell: one => <Time at={one.issued_at} />},
    {head: w.head.result, cell: one => one.reason ? <code>{one.reason}</code> : one.connections !== undefined ? w.reached(one.connections) : <span className="soft">–</span>},
  ];
  return <Table<Command> caption={caption} rows={commands} keyOf={one => one.id} columns={columns} />;
}
