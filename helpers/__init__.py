"""Small tested functions for the course Embeddings for Health Data.

One idea a module. Where to look:

From tokens to pairs
    vocab, token_stream, pairs, noise, glossary
Models
    activations, onehot, decomposition, ppmi, glove, subwords, fasttext, two_tables, skipgram,
    word2vec, cbow, and the trainers of whole corpora: sgns, sgns_counts, sgns_stream, streams,
    adam, progress
One word, many vectors
    attention, bert, whole_words, masking, masked_training, contextual; word_pieces,
    safetensors_file, bert_files
Models of texts
    averages, doc2vec, sentence_encoder, near_duplicates
Models of records
    med2vec_by_hand, med2vec, med2vec_training; mime_by_hand, mime, mime_released; code_tree, gram,
    next_visit; hidden_links, link_prior, encounters, gct; patient_gru, gru_cells, patient_training
Graphs
    graph, record_graph, node2vec, graph_layers, graph_nets
Entities, images, transfer
    entity_net, unknown_rows; residual_net, layer_features, conv_layers; fine_tuning
Measuring and showing
    similarity, metrics, tsne, maps, patient_vectors, splits, link_control, plots
Predicting with few labels
    prediction_task, gru_step, ranking, paired, results; cohort, incidence,
    pretraining, link_features, flat_visits, linear_methods, recurrent_methods, methods, experiment
Records, wherever they come from
    codes, patients, records, report, events, timeline, censoring, visit_views,
    visit_objects, ragged, visit_index, occurrences, batches, code_groups, groupings, demographics
Loading records
    loaders, export_folder, tables, text_columns, unreadable, coded_rows, distinct_rows, icd_shape,
    ehr_assembly; mimic, mimic_people, mimic_codes, mimic_dialects; synthea, synthea_rows,
    synthea_links
Files of the released Med2Vec and MiME programs
    safe_pickle, pickled_numbers, seqs_folder, code_lists, code_names, undated_records;
    med2vec_files, med2vec_rows, med2vec_groups, med2vec_demo, med2vec_writer; mime_files,
    mime_objects, mime_writer
The simulated clinic
    datasets, clinic, catalogue, simulate, simulate_patient, simulate_visit, simulate_outcome,
    simulate_tables
Simulated notes, pictures and stays
    notes, notes_grammar, notes_sentence, notes_tables, notes_truth, simulate_notes,
    simulate_image, simulate_spots, simulate_stays
The course itself
    checks (judges answers), exam (asks and diagnoses), demos (interactive pictures), release
    (builds the notebooks), contents, environment
"""
